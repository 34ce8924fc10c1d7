import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerValue, type Header, type HttpAnswer, type HttpRequest } from '../model/http.ts';
import type { Ids } from '../model/ports.ts';
import { discardBody, readBody } from './request-body.ts';
import { readHead, type Head, type HostRule } from './request-head.ts';
import { jsonAnswer, sendAnswer } from './answer.ts';
import type { HostLimits } from './limits.ts';

export interface ApiParts {
  readonly handle: (request: HttpRequest) => HttpAnswer;
  readonly hostAllowed: HostRule;
  readonly limits: HostLimits;
  readonly ids: Ids;
  /** The OpenAPI description, as YAML. */
  readonly description: string;
  /** Hears of a request that the simulation threw on, which is a fault of ours. */
  readonly trouble: (message: string) => void;
}

const NOTHING = new Uint8Array(0);

/** A refusal before anybody looked at the call, in the shape that its operation has for errors (pos-v10.md 1.4 and 1.5). */
function refusalOf(target: string, status: number, code: string, message: string, id: string): HttpAnswer {
  const path = target.toLowerCase();
  if (path.includes('/usersimulation/')) return { status, headers: [], body: NOTHING };
  if (path.startsWith('/integrator-authentication/')) return jsonAnswer(status, { error: 'invalid_request' });
  const origin = path.includes('/pos/v10/refunds') ? { origin: 'PoS' } : {};
  return jsonAnswer(status, { code, message, correlationId: id, ...origin });
}

/**
 * Whether a page of another site sent it in a browser, without anybody's leave: with Authorization the browser would have asked first.
 * Otherwise any page that a developer opens could ask for tokens and play the customer.
 */
function isFromAnotherSite(headers: readonly Header[]): boolean {
  const site = headerValue(headers, 'Sec-Fetch-Site');
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return headerValue(headers, 'Authorization') === undefined;
}

/** Answers the requests of the API: what is wrong on the wire is refused here, everything else is the simulation's. */
export function apiHandler(parts: ApiParts): (message: IncomingMessage, response: ServerResponse) => void {
  const { limits, hostAllowed } = parts;
  const description: HttpAnswer = {
    status: 200,
    headers: [['Content-Type', 'application/yaml; charset=utf-8']],
    body: new TextEncoder().encode(parts.description),
  };

  const answerTo = (message: IncomingMessage, head: Head, body: Uint8Array): HttpAnswer => {
    const target = message.url ?? '';
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    if (path === '/openapi.yaml')
      return message.method === 'GET'
        ? description
        : { status: 405, headers: [['Allow', 'GET']], body: NOTHING };
    if (isFromAnotherSite(head.headers))
      return refusalOf(target, 403, '1099', 'Pages of other sites may not use the sandbox.', parts.ids());
    try {
      return parts.handle({
        method: message.method ?? '',
        target,
        path,
        query: mark < 0 ? '' : target.slice(mark + 1),
        headers: head.headers,
        body,
      });
    } catch (thrown) {
      parts.trouble(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
      return refusalOf(target, 500, '2000', 'An internal error occurred.', parts.ids());
    }
  };

  return (message, response) => {
    const head = readHead(message, hostAllowed, limits.bodyBytes);
    const { refusal } = head;
    if (refusal !== undefined) {
      const answer = refusalOf(message.url ?? '', refusal.status, '1099', refusal.reason, parts.ids());
      if (head.hasBody && !head.expects)
        discardBody(message, limits, () => sendAnswer(response, answer, true));
      else sendAnswer(response, answer, true);
      return;
    }
    if (!head.hasBody) {
      sendAnswer(response, answerTo(message, head, NOTHING), head.upgrades);
      return;
    }
    if (head.expects) response.writeContinue();
    readBody(message, limits, (body) => {
      if (body !== undefined) sendAnswer(response, answerTo(message, head, body), head.upgrades);
      else {
        const reason = `The body is longer than ${limits.bodyBytes} bytes.`;
        sendAnswer(response, refusalOf(message.url ?? '', 413, '1099', reason, parts.ids()), true);
      }
    });
  };
}
