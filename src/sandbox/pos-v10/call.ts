import { headerValues, type HttpAnswer, type HttpRequest } from '../../model/http.ts';
import { isJsonObject, type JsonObject } from '../../model/json.ts';
import { refuse, refuseRefund } from './answers.ts';
import type { ErrorCode } from './catalogue.ts';
import { readQuery, type Query } from './query.ts';
import type { RouteName } from './routes.ts';
import type { Owner } from './state.ts';
import { readJson } from './strict-json.ts';
import { note, type Turn } from './turn.ts';

/** A call whose token and headers are right, on its way to the operation. */
export interface Call {
  readonly turn: Turn;
  readonly request: HttpRequest;
  readonly caller: Owner;
  /** The path parameter as a GUID in lower case, or ''. */
  readonly id: string;
  readonly operation: RouteName;
  /** The idempotency key of a creating call, else ''. */
  readonly key: string;
  /** Refuses with a code of the catalogue, in the shape of this operation. */
  readonly refuse: (code: ErrorCode, detail?: string) => HttpAnswer;
}

/** How errors look: refunds have a shape of their own (`ErrorResponseV2`). */
export function refusalOf(turn: Turn, refunds: boolean): Call['refuse'] {
  return (code, detail) => (refunds ? refuseRefund : refuse)(turn, code, detail);
}

/** A foreign name as the log shows it. */
export function shown(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

export type BodyRead = { readonly body: JsonObject } | { readonly reason: string };

/** The body as a JSON object. Members that are not in `names` are tolerated with a warning. */
export function readBody(turn: Turn, request: HttpRequest, names: readonly string[]): BodyRead {
  const types = headerValues(request.headers, 'Content-Type');
  // Clients in the field send `application/*+json` to the letter (pos-v10.md 1.2).
  if (types.length !== 1 || !(types[0] ?? '').toLowerCase().includes('json'))
    return { reason: 'Content-Type must be application/json' };
  const read = readJson(request.body);
  if (!read.ok) return { reason: read.reason };
  if (!isJsonObject(read.value)) return { reason: 'the body is not a JSON object' };
  for (const name of Object.keys(read.value))
    if (!names.includes(name)) note(turn, `unknown member ${shown(name)} was ignored`);
  return { body: read.value };
}

/** The query of a call, or the refusal of one that names a parameter twice. */
export function queryOf(call: Call, names: readonly string[]): Query | HttpAnswer {
  const { values, repeated, unknown } = readQuery(call.request.query, names);
  for (const name of unknown) note(call.turn, `unknown query parameter ${shown(name)} was ignored`);
  return repeated === undefined ? values : call.refuse('1099', `${repeated} was given more than once.`);
}

/** Tells an answer from what was read. */
export function isAnswer(value: object): value is HttpAnswer {
  return 'status' in value && 'headers' in value && typeof value.status === 'number';
}
