import type { Header, HttpAnswer } from '../model/http.ts';
import type { JsonValue } from '../model/json.ts';
import type { Plan } from '../model/plan.ts';
import { decodeUtf8, parseJson } from '../std/bytes.ts';
import { endToEndHeaders, framed } from './header-fields.ts';
import { mergePatch } from './merge-patch.ts';

const JSON_TYPE: Header = ['Content-Type', 'application/json'];

/** Whether the upstream is to carry the request out. */
export function isProcessed(plan: Plan): boolean {
  return plan.kind === 'forward' || plan.kind === 'patch' || plan.processed;
}

/** Whether the client is to get no status line at all. */
export function isWithheld(plan: Plan): boolean {
  return (
    plan.kind === 'fault' && (plan.fault === 'timeout' || plan.fault === 'hold' || plan.fault === 'reset')
  );
}

/**
 * What the client is to get, faults of the wire aside (a truncated answer is given whole here); undefined where it gets nothing.
 * `upstream`: what the upstream said, absent where it was not asked.
 */
export function plannedAnswer(plan: Plan, upstream: HttpAnswer | undefined): HttpAnswer | undefined {
  if (isWithheld(plan)) return undefined;
  switch (plan.kind) {
    case 'forward':
      return passedOn(upstream ?? madeUp());
    case 'patch':
      return patched(upstream ?? madeUp(), plan.patch);
    case 'status': {
      const body = Buffer.from(plan.body ?? '', 'utf8');
      const headers = plan.headers ?? [];
      const typed = body.length === 0 || headers.some(([name]) => name.toLowerCase() === 'content-type');
      return passedOn({ status: plan.status, headers: typed ? headers : [...headers, JSON_TYPE], body });
    }
    case 'fault':
      return plan.fault === 'malformed' ? malformed(upstream ?? madeUp()) : passedOn(upstream ?? madeUp());
  }
}

/** The answer to an upstream that failed. */
export function badGateway(): HttpAnswer {
  return passedOn({ status: 502, headers: [], body: new Uint8Array() });
}

/** Stands for the answer of an upstream that was not to be asked: an empty JSON object. */
function madeUp(): HttpAnswer {
  return { status: 200, headers: [JSON_TYPE], body: Buffer.from('{}') };
}

function passedOn(answer: HttpAnswer): HttpAnswer {
  const bodiless = answer.status === 204 || answer.status === 304;
  const headers = bodiless ? endToEndHeaders(answer.headers) : framed(answer.headers, answer.body.length);
  return { status: answer.status, headers, body: bodiless ? new Uint8Array() : answer.body };
}

/** Only a successful answer is patched; an empty body counts as no object, which RFC 7396 patches like an empty one. */
function patched(answer: HttpAnswer, patch: JsonValue): HttpAnswer {
  if (answer.status < 200 || answer.status > 299) return passedOn(answer);
  const empty = answer.body.length === 0;
  const text = decodeUtf8(answer.body);
  const value = text === undefined ? undefined : (parseJson(text) as JsonValue | undefined);
  if (!empty && value === undefined) return passedOn(answer);
  const body = Buffer.from(JSON.stringify(mergePatch(value, patch)), 'utf8');
  const typed = answer.headers.some(([name]) => name.toLowerCase() === 'content-type');
  return passedOn({
    status: answer.status,
    headers: typed ? answer.headers : [...answer.headers, JSON_TYPE],
    body,
  });
}

/** Status 200, framed rightly, with a body that breaks off before its last character: no JSON. */
function malformed(answer: HttpAnswer): HttpAnswer {
  const cut = answer.body.subarray(0, Math.max(0, answer.body.length - 1));
  const text = decodeUtf8(cut);
  const isBroken = cut.length > 0 && text !== undefined && parseJson(text) === undefined;
  const others = answer.headers.filter(([name]) => name.toLowerCase() !== 'content-type');
  return passedOn({ status: 200, headers: [...others, JSON_TYPE], body: isBroken ? cut : Buffer.from('{"') });
}
