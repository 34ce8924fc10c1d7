import type { Header, HttpAnswer } from '../../model/http.ts';
import type { JsonValue } from '../../model/json.ts';
import { CATALOGUE, type ErrorCode } from './catalogue.ts';
import type { Turn } from './turn.ts';

const JSON_TYPE: readonly Header[] = [['Content-Type', 'application/json; charset=utf-8']];
const NOTHING = new Uint8Array(0);

/** An answer with a JSON body. */
export function jsonAnswer(status: number, body: JsonValue, more?: readonly Header[]): HttpAnswer {
  const headers = more === undefined ? JSON_TYPE : [...JSON_TYPE, ...more];
  // Small Buffers share their memory: a TextEncoder takes a piece of its own for every answer, which costs more than the rest of this.
  return { status, headers, body: Buffer.from(JSON.stringify(body)) };
}

/** What a creating call answers: the id, a GUID, alone. */
export function createdAnswer(idName: string, id: string): HttpAnswer {
  return { status: 200, headers: JSON_TYPE, body: Buffer.from(`{"${idName}":"${id}"}`) };
}

/** An answer without a body. */
export function bareAnswer(status: number, headers: readonly Header[] = []): HttpAnswer {
  return { status, headers, body: NOTHING };
}

/** An error of the catalogue as an `ErrorResponse`; `detail` takes the place of the usual text. */
export function refuse(turn: Turn, code: ErrorCode, detail?: string): HttpAnswer {
  const { status, message } = CATALOGUE[code];
  return jsonAnswer(status, { code, message: detail ?? message, correlationId: turn.ids() });
}

/** The same for refunds: an `ErrorResponseV2` (pos-v10.md 1.4). */
export function refuseRefund(turn: Turn, code: ErrorCode, detail?: string): HttpAnswer {
  const { status, message } = CATALOGUE[code];
  return jsonAnswer(status, { code, message: detail ?? message, correlationId: turn.ids(), origin: 'PoS' });
}

/** 401 and 404 have no body (SPEC). */
export function unauthorized(): HttpAnswer {
  return bareAnswer(401, [['WWW-Authenticate', 'Bearer']]);
}

export function notFound(): HttpAnswer {
  return bareAnswer(404);
}

export function done(): HttpAnswer {
  return bareAnswer(200);
}
