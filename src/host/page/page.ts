import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpAnswer } from '../../model/http.ts';
import { sha256Hex } from '../../std/bytes.ts';
import { jsonAnswer, sendAnswer } from '../answer.ts';
import type { HostLimits } from '../limits.ts';
import { PAGE_HTML } from './html.ts';
import { PAGE_SCRIPT } from './script.ts';
import { PAGE_STYLE } from './style.ts';
import { pageView, type Shown } from './view.ts';
import { createWatchers } from './watchers.ts';

export interface PageParts {
  readonly sandbox: Shown & { onChange(listener: () => void): unknown };
  readonly limits: HostLimits;
  /** What the page sends with every call, so that no other page can. */
  readonly token: string;
  readonly apiOrigin: () => string;
  readonly trouble: (message: string) => void;
}

/** The page that a person at a till keeps open. */
export interface Page {
  readonly token: string;
  /** Answers a GET of one of the page's own paths; false for any other. */
  answer(path: string, message: IncomingMessage, response: ServerResponse): boolean;
  stop(): void;
}

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page with its style, its script and its events. */
export function createPage({ sandbox, limits, token, apiOrigin, trouble }: PageParts): Page {
  const view = (): ReturnType<typeof pageView> =>
    pageView(sandbox, apiOrigin(), sha256Hex(token).slice(0, 12));
  const watchers = createWatchers(limits.maxWatchers, view, trouble);
  sandbox.onChange(() => {
    watchers.changed();
  });
  const files: Readonly<Record<string, HttpAnswer>> = {
    '/': asset('text/html', PAGE_HTML.replace('{token}', token)),
    '/page.css': asset('text/css', PAGE_STYLE),
    '/page.js': asset('text/javascript', PAGE_SCRIPT),
    '/favicon.ico': { status: 204, headers: [], body: new Uint8Array(0) },
  };
  return {
    token,
    answer(path, message, response) {
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      if (file !== undefined) sendAnswer(response, file, false);
      else if (path !== '/events') return false;
      else if (!watchers.add(message, response))
        sendAnswer(response, jsonAnswer(503, { code: 'tooMany', message: 'Too many pages are open.' }), true);
      return true;
    },
    stop: () => {
      watchers.stop();
    },
  };
}

function asset(type: string, text: string): HttpAnswer {
  return {
    status: 200,
    headers: [
      ['Content-Type', `${type}; charset=utf-8`],
      ['Content-Security-Policy', POLICY],
      ['Cache-Control', 'no-store'],
      ['X-Content-Type-Options', 'nosniff'],
      ['Referrer-Policy', 'no-referrer'],
      ['Cross-Origin-Resource-Policy', 'same-origin'],
    ],
    body: new TextEncoder().encode(text),
  };
}
