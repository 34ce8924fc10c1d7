import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpAnswer } from '../model/http.ts';
import { flatHeaders } from './header-fields.ts';

/** How the sending of an answer went. */
export interface Sent {
  /** Every byte meant for the client was handed over. */
  readonly complete: boolean;
  /** The client may have read a status line. */
  readonly reached: boolean;
}

const NOTHING: Sent = { complete: false, reached: false };
const DRIPS = 10;
/** Long enough for the system of a client on this machine to say that nobody listens any more. */
const PROBE_MS = 5;

const cut = new WeakSet<Socket>();

/** Closes a connection in the middle of what is being sent on it. */
export function cutOff(socket: Socket): void {
  cut.add(socket);
  socket.destroy();
}

/** Sends an answer whole. */
export async function sendWhole(response: ServerResponse, answer: HttpAnswer): Promise<Sent> {
  const socket = response.req.socket;
  if (socket.destroyed) return NOTHING;
  if (socket.readableEnded) return sendToHalfClosed(response, answer);
  const ended = ending(response);
  response.writeHead(answer.status, flatHeaders(answer.headers));
  response.end(answer.body);
  return { complete: await ended, reached: true };
}

/** Sends an answer whose body drips over `overMs`. An empty body is sent in chunks, so that its end can be late. */
export async function sendSlowly(
  response: ServerResponse,
  answer: HttpAnswer,
  overMs: number,
): Promise<Sent> {
  const socket = response.req.socket;
  if (socket.destroyed) return NOTHING;
  const ended = ending(response);
  const empty = answer.body.length === 0;
  const headers = empty
    ? answer.headers.filter(([name]) => name.toLowerCase() !== 'content-length')
    : answer.headers;
  response.writeHead(answer.status, flatHeaders(headers));
  response.flushHeaders();
  const drips = Math.max(1, Math.min(DRIPS, answer.body.length));
  for (let drip = 0; drip < drips; drip++) {
    if (!(await stillOpenAfter(socket, overMs / drips))) return { complete: false, reached: true };
    const part = answer.body.subarray(portion(answer, drip, drips), portion(answer, drip + 1, drips));
    if (part.length > 0) response.write(part);
  }
  response.end();
  return { complete: await ended, reached: true };
}

function portion(answer: HttpAnswer, drip: number, drips: number): number {
  return Math.floor((answer.body.length * drip) / drips);
}

/** The part of an answer that `sendTruncated` sends, under a `Content-Length` that promises more. */
export function truncated(answer: HttpAnswer): HttpAnswer {
  const whole = answer.body.length;
  const body = whole >= 2 ? answer.body.subarray(0, Math.floor(whole / 2)) : answer.body;
  const promised = whole >= 2 ? whole : whole + 16;
  const others = answer.headers.filter(([name]) => name.toLowerCase() !== 'content-length');
  return { status: answer.status, headers: [...others, ['Content-Length', String(promised)]], body };
}

/** Sends what `truncated` made and closes the connection. */
export async function sendTruncated(response: ServerResponse, part: HttpAnswer): Promise<Sent> {
  const socket = response.req.socket;
  if (socket.destroyed) return NOTHING;
  response.writeHead(part.status, flatHeaders(part.headers));
  const complete = await new Promise<boolean>((resolve) => {
    socket.once('close', () => {
      resolve(false);
    });
    response.flushHeaders();
    response.write(part.body.length > 0 ? part.body : '', (error) => {
      resolve(!error);
    });
  });
  socket.destroy();
  return { complete, reached: true };
}

/**
 * A client that has closed its side may still listen, or may be gone; only a write tells. The head goes first, all but its last line end,
 * and if nobody is there the system says so before the rest is sent.
 */
async function sendToHalfClosed(response: ServerResponse, answer: HttpAnswer): Promise<Sent> {
  const { socket, method } = response.req;
  const body = method === 'HEAD' ? new Uint8Array() : answer.body;
  const reason = STATUS_CODES[answer.status] ?? '';
  const lines = answer.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const head = `HTTP/1.1 ${String(answer.status)} ${reason}\r\n${lines}Connection: close\r\n`;
  if (!(await written(socket, Buffer.from(head, 'latin1')))) return NOTHING;
  await stillOpenAfter(socket, PROBE_MS);
  const complete = await written(socket, Buffer.concat([Buffer.from('\r\n'), body]));
  socket.end();
  return { complete, reached: complete };
}

function written(socket: Socket, bytes: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed) {
      resolve(false);
      return;
    }
    socket.once('close', () => {
      resolve(false);
    });
    socket.write(bytes, (error) => {
      resolve(!error);
    });
  });
}

/** True once every byte was handed to the system, false when the connection closed before. */
function ending(response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    response.once('finish', () => {
      // It comes for what is thrown away with the connection as well.
      const { socket } = response.req;
      resolve(socket.errored === null && !cut.has(socket));
    });
    response.once('close', () => {
      resolve(response.writableFinished);
    });
  });
}

/** Waits; false as soon as the connection has closed. */
function stillOpenAfter(socket: Socket, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      socket.off('close', done);
      resolve(!socket.destroyed);
    };
    const timer = setTimeout(done, ms);
    socket.once('close', done);
  });
}
