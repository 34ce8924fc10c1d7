import type { IncomingMessage, ServerResponse } from 'node:http';
import { textMember, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { HttpAnswer } from '../../model/http.ts';
import type { ActOutcome } from '../../model/recording.ts';
import { decodeUtf8, parseJson, withoutMark } from '../../std/bytes.ts';
import { jsonAnswer, sendAnswer } from '../answer.ts';
import type { Callbacks } from '../callbacks.ts';
import type { HostLimits } from '../limits.ts';
import type { ActCall } from '../living-sandbox.ts';
import { discardBody, readBody } from '../request-body.ts';
import { readHead, type HostRule } from '../request-head.ts';
import { durationFrom } from './duration.ts';
import { guardFault } from './guard.ts';
import { controlHelp, controlRoute, objectOf, type Asked } from './routes.ts';

/** What of the living sandbox the control API needs. */
export interface Controlled {
  act(calls: readonly ActCall[]): ActOutcome;
  ask(truth: string, query: JsonObject): JsonValue;
  now(): number;
  offsetMs(): number;
  advance(ms: number): void;
  reset(): void;
}

export interface ControlParts {
  readonly sandbox: Controlled;
  readonly callbacks: Callbacks;
  readonly hostAllowed: HostRule;
  readonly scheme: 'http' | 'https';
  readonly pageToken: string;
  readonly limits: HostLimits;
  /** Answers what belongs to the page; false where the path is none of its. */
  readonly page: (path: string, message: IncomingMessage, response: ServerResponse) => boolean;
  readonly trouble: (message: string) => void;
}

/** Answers the requests of the control API and of the page (sandbox.md, Control API). */
export function controlHandler(
  parts: ControlParts,
): (message: IncomingMessage, response: ServerResponse) => void {
  const { limits } = parts;
  return (message, response) => {
    const head = readHead(message, parts.hostAllowed, limits.bodyBytes);
    const refuse = (status: number, code: string, reason: string): void => {
      const answer = fault(status, code, reason);
      if (head.hasBody && !head.expects)
        discardBody(message, limits, () => sendAnswer(response, answer, true));
      else sendAnswer(response, answer, true);
    };
    if (head.refusal !== undefined) {
      refuse(head.refusal.status, 'badRequest', head.refusal.reason);
      return;
    }
    const forbidden = guardFault(head, `${parts.scheme}://${head.host ?? ''}`.toLowerCase(), parts.pageToken);
    const path = (message.url ?? '').split('?', 1)[0] ?? '';
    // A link from elsewhere may open the page; it may not do anything.
    const opens = message.method === 'GET' && path === '/' && head.origin === undefined;
    if (forbidden !== undefined && !opens) {
      refuse(403, 'forbidden', forbidden);
      return;
    }
    if (message.method === 'GET' && parts.page(path, message, response)) return;
    const found = controlRoute(message.method ?? '', path);
    if (found.kind === 'unknown') {
      refuse(404, 'unknownPath', 'The control API has no such path; GET /help lists its calls.');
      return;
    }
    if (found.kind === 'wrong method') {
      const answer = fault(405, 'wrongMethod', `Here it is ${found.allowed.join(', ')}.`);
      const headers = [...answer.headers, ['Allow', found.allowed.join(', ')] as const];
      sendAnswer(response, { ...answer, headers }, head.hasBody);
      return;
    }
    const answer = (body: Uint8Array | undefined): void => {
      if (body === undefined) sendAnswer(response, fault(413, 'tooLong', 'The body is too long.'), true);
      else sendAnswer(response, answerTo(parts, message.method ?? '', found.ask, body), false);
    };
    if (head.expects) response.writeContinue();
    if (head.hasBody) readBody(message, limits, answer);
    else answer(new Uint8Array(0));
  };
}

function answerTo(
  parts: ControlParts,
  method: string,
  ask: (body: JsonObject) => Asked,
  bytes: Uint8Array,
): HttpAnswer {
  const text = withoutMark(decodeUtf8(bytes));
  const body = text?.trim() === '' ? {} : objectOf(text === undefined ? undefined : parseJson(text));
  if (body === undefined) return fault(400, 'badArguments', 'The body is not a JSON object.');
  try {
    return carryOut(parts, ask(body), method, body);
  } catch (thrown) {
    parts.trouble(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    return fault(500, 'internal', 'The sandbox failed at this; see its log.');
  }
}

function carryOut(parts: ControlParts, asked: Asked, method: string, body: JsonObject): HttpAnswer {
  const { sandbox, callbacks } = parts;
  switch (asked.kind) {
    case 'bad':
      return fault(400, 'badArguments', asked.message);
    case 'acts': {
      const outcome = sandbox.act(asked.calls);
      if (outcome.kind !== 'done' || asked.thenShow === undefined) return shown(outcome, asked.named);
      const { truth, query } = asked.thenShow;
      return jsonAnswer(200, sandbox.ask(truth, query));
    }
    case 'settings':
      return jsonAnswer(200, sandbox.ask('settings', {}));
    case 'clock':
      return method === 'GET' ? clock(sandbox) : moveClock(sandbox, body);
    case 'reset':
      sandbox.reset();
      callbacks.clear();
      return clock(sandbox);
    case 'state':
      return jsonAnswer(200, wholeState(parts));
    case 'help':
      return jsonAnswer(200, controlHelp());
    case 'callbacks':
      return jsonAnswer(200, callbacks.registered());
    case 'callback': {
      if (method === 'DELETE') callbacks.remove(asked.alias);
      else {
        const wrong = callbacks.register(asked.alias, textMember(body, 'url') ?? '');
        if (wrong !== undefined) return fault(400, 'badArguments', `Not registered: ${wrong}.`);
      }
      return jsonAnswer(200, callbacks.registered());
    }
  }
}

function wholeState({ sandbox, callbacks }: ControlParts): JsonObject {
  const everything = objectOf(sandbox.ask('everything', {})) ?? {};
  return {
    now: new Date(sandbox.now()).toISOString(),
    clockOffsetMs: sandbox.offsetMs(),
    settings: sandbox.ask('settings', {}),
    stores: sandbox.ask('stores', {}),
    ...everything,
    callbacks: callbacks.registered(),
  };
}

function clock(sandbox: Controlled): HttpAnswer {
  return jsonAnswer(200, { now: new Date(sandbox.now()).toISOString(), offsetMs: sandbox.offsetMs() });
}

/** Dates beyond four digits of a year would not fit the formats of the API. */
export const LAST_MOMENT = Date.UTC(9999, 11, 31);

function moveClock(sandbox: Controlled, body: JsonObject): HttpAnswer {
  const text = textMember(body, 'advance');
  const ms = text === undefined ? undefined : durationFrom(text, sandbox.now());
  if (ms === undefined)
    return fault(
      400,
      'badArguments',
      'advance must be a duration such as P8D, PT90M or +8d, at most 100 years.',
    );
  if (sandbox.now() + ms > LAST_MOMENT)
    return fault(409, 'endOfTime', 'The clock cannot be moved beyond the year 9999; reset starts again.');
  sandbox.advance(ms);
  return clock(sandbox);
}

/** What is not there is 404 where the path names it; what is impossible is 409, what cannot be understood 400. */
function shown(outcome: ActOutcome, named: boolean): HttpAnswer {
  switch (outcome.kind) {
    case 'done':
      return jsonAnswer(200, outcome.result);
    case 'impossible': {
      const missing = named && MISSING.has(outcome.code);
      const status = missing ? 404 : outcome.code === 'badArguments' ? 400 : 409;
      return fault(status, outcome.code, outcome.message);
    }
    case 'unsupported':
      return fault(400, 'unsupported', outcome.message);
  }
}

const MISSING = new Set(['noPayment', 'noRefund', 'noPointOfSale', 'noStore']);

function fault(status: number, code: string, message: string): HttpAnswer {
  return jsonAnswer(status, { code, message });
}
