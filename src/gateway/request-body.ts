import type { IncomingMessage } from 'node:http';

/** How the reading of a request's body ended. */
export type ReadBody =
  | { readonly kind: 'whole'; readonly body: Uint8Array }
  | { readonly kind: 'too-large' }
  /** the client went away before its request was whole */
  | { readonly kind: 'gone' };

/** How much of a refused body is read and thrown away, so that the client gets to read the refusal. */
const DISCARD_FACTOR = 4;
const DISCARD_MS = 1000;

/** Reads a body of at most `max` bytes. A larger one is read on for a while and thrown away. Never rejects. */
export function readBody(request: IncomingMessage, max: number): Promise<ReadBody> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    let patience: NodeJS.Timeout | undefined;
    const settle = (result: ReadBody): void => {
      clearTimeout(patience);
      resolve(result);
    };
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= max) chunks.push(chunk);
      else {
        chunks = [];
        patience ??= setTimeout(() => {
          settle({ kind: 'too-large' });
        }, DISCARD_MS);
        if (length > max * DISCARD_FACTOR) settle({ kind: 'too-large' });
      }
    });
    request.on('end', () => {
      settle(length > max ? { kind: 'too-large' } : { kind: 'whole', body: Buffer.concat(chunks, length) });
    });
    request.on('error', () => {
      settle({ kind: 'gone' });
    });
    request.on('close', () => {
      settle({ kind: 'gone' });
    });
  });
}
