import type { IncomingMessage } from 'node:http';
import type { HostLimits } from './limits.ts';

type BodyLimits = Pick<HostLimits, 'bodyBytes' | 'discardMs'>;

/** How many times the limit is read and thrown away of a body that is refused. */
const DISCARD_FACTOR = 4;
const NOTHING = new Uint8Array(0);

/** Reads a body and hands it on, or `undefined` where it is longer than the limit. Nothing is called where the client goes away. */
export function readBody(
  message: IncomingMessage,
  limits: BodyLimits,
  then: (body: Uint8Array | undefined) => void,
): void {
  let only: Buffer | undefined;
  let chunks: Buffer[] | undefined;
  let length = 0;
  const take = (chunk: Buffer): void => {
    length += chunk.length;
    if (length > limits.bodyBytes) {
      message.off('data', take).off('end', end);
      discardBody(message, limits, () => {
        then(undefined);
      });
    } else if (only === undefined && chunks === undefined) only = chunk;
    else {
      chunks ??= only === undefined ? [] : [only];
      chunks.push(chunk);
    }
  };
  const end = (): void => {
    then(chunks === undefined ? (only ?? NOTHING) : Buffer.concat(chunks, length));
  };
  message.on('data', take);
  message.on('end', end);
}

/**
 * Reads what nobody wants and throws it away, for a while at the most: the client gets to read the refusal, which is sent by `then`, and
 * cannot hold it up.
 */
export function discardBody(
  message: IncomingMessage,
  { bodyBytes, discardMs }: BodyLimits,
  then: () => void,
): void {
  let length = 0;
  let told = false;
  const tell = (): void => {
    if (told) return;
    told = true;
    clearTimeout(patience);
    then();
  };
  const patience = setTimeout(tell, discardMs);
  message.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > bodyBytes * DISCARD_FACTOR) tell();
  });
  message.on('end', tell);
  message.on('close', () => {
    clearTimeout(patience);
  });
}
