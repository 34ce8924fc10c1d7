import { createHash, timingSafeEqual } from 'node:crypto';
import type { Head } from '../request-head.ts';
import { headerValue } from '../../model/http.ts';

/** The header in which our own page sends the token that it was served with. */
export const PAGE_HEADER = 'X-Poscert-Page';

/**
 * Why a request may not control anything, or undefined. A browser names the page that asks in `Origin`: only our own page is let through,
 * and only with the token that no other page can read (standards.md 3.2).
 */
export function guardFault(head: Head, ownOrigin: string, pageToken: string): string | undefined {
  const site = headerValue(head.headers, 'Sec-Fetch-Site');
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'The control API is not for other pages.';
  if (head.origin === undefined) return undefined;
  if (head.origin.toLowerCase() !== ownOrigin) return 'The control API takes no request with an Origin.';
  const given = headerValue(head.headers, PAGE_HEADER) ?? '';
  return same(given, pageToken) ? undefined : 'The page was served by another process: load it again.';
}

function same(one: string, two: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(two));
}
