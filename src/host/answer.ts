import type { ServerResponse } from 'node:http';
import type { HttpAnswer } from '../model/http.ts';
import type { JsonValue } from '../model/json.ts';

const encoder = new TextEncoder();
const MOST_IN_ONE = 16_384;

/** An answer with a JSON body. */
export function jsonAnswer(status: number, body: JsonValue): HttpAnswer {
  return {
    status,
    headers: [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['Cache-Control', 'no-store'],
    ],
    body: encoder.encode(JSON.stringify(body)),
  };
}

/** Sends an answer; `close` where what follows on the connection cannot be trusted. */
export function sendAnswer(response: ServerResponse, answer: HttpAnswer, close: boolean): void {
  const headers: string[] = [];
  for (const [name, value] of answer.headers) headers.push(name, value);
  headers.push('Content-Length', String(answer.body.length));
  if (close) headers.push('Connection', 'close');
  response.writeHead(answer.status, headers);
  const { body } = answer;
  if (body.length === 0) response.end();
  else if (body.length <= MOST_IN_ONE) {
    // Read as Latin-1 every byte stays what it is. Text written before the end leaves with the head in one plain write, where end(text)
    // adds an empty piece and takes the dearer writev.
    const bytes = body instanceof Buffer ? body : Buffer.from(body.buffer, body.byteOffset, body.length);
    response.write(bytes.toString('latin1'), 'latin1');
    response.uncork();
    response.end();
  } else response.end(body);
}
