import { headerValue } from '../../model/http.ts';
import type { Exchange } from './exchange-log.ts';
import { fateOf } from './fates.ts';
import { ruleOf } from './rule.ts';
import { bearerOf, tokensOf } from './tokens.ts';

/** What a recording shows in place of a secret, and the members that carry one. */
const SECRET = /\[redacted:|[?&]client_(secret|assertion)=/i;

/** Neither the token nor the client secret is ever part of an address, and the token never follows a redirect to another origin. */
export const tokenStaysHome = ruleOf('token-stays-home', 'must', (session, notes) => {
  const tokens = tokensOf(session).map(({ token }) => token);
  const elsewhere = new Set<string>();
  const home = new Set<string>();
  for (const { record, exchange } of session.moments) {
    if (exchange === undefined) continue;
    const host = headerValue(exchange.request.headers, 'host')?.toLowerCase();
    if (record.kind === 'delivered') {
      const target = redirectOf(exchange);
      if (target !== undefined && !home.has(target)) elsewhere.add(target);
    }
    if (record.kind !== 'request') continue;
    notes.examine(exchange);
    const target = decoded(record.target);
    if (/[?&](access_)?token=/i.test(target) || tokens.some((token) => target.includes(token)))
      notes.find('token-in-address', [exchange], { path: exchange.path });
    else if (SECRET.test(target)) notes.find('secret-in-address', [exchange], { path: exchange.path });
    if (host === undefined) continue;
    if (elsewhere.has(host) && bearerOf(exchange) !== undefined)
      notes.find('token-sent-elsewhere', [exchange], { host });
    else if (!elsewhere.has(host)) home.add(host);
  }
});

/** The host that a redirect leads to. */
function redirectOf(exchange: Exchange): string | undefined {
  const location = headerValue(exchange.delivered?.answer?.headers ?? [], 'location');
  if (location === undefined || fateOf(exchange) !== 'redirected') return undefined;
  return /^https?:\/\/([^/?#]+)/i.exec(location)?.[1]?.toLowerCase();
}

function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}
