import type { IncomingMessage } from 'node:http';

/** How much of a body that is too long is read and thrown away, so that the client gets to read the refusal. */
const DISCARD_FACTOR = 4;
const DISCARD_MS = 1000;
const NOTHING = new Uint8Array(0);

/** Reads a body of at most `max` bytes and hands it on, or `undefined` where it is longer. Nothing is called where the client goes away. */
export function readBody(
  message: IncomingMessage,
  max: number,
  then: (body: Uint8Array | undefined) => void,
): void {
  let only: Buffer | undefined;
  let chunks: Buffer[] | undefined;
  let length = 0;
  let patience: NodeJS.Timeout | undefined;
  let told = false;
  const tell = (body: Uint8Array | undefined): void => {
    if (told) return;
    told = true;
    clearTimeout(patience);
    then(body);
  };
  message.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > max) {
      only = undefined;
      chunks = undefined;
      patience ??= discarding(message, tell);
      if (length > max * DISCARD_FACTOR) tell(undefined);
    } else if (only === undefined && chunks === undefined) only = chunk;
    else {
      chunks ??= only === undefined ? [] : [only];
      chunks.push(chunk);
    }
  });
  message.on('end', () => {
    if (length > max) tell(undefined);
    else tell(chunks === undefined ? (only ?? NOTHING) : Buffer.concat(chunks, length));
  });
}

/** What is too long is refused after a while, read to its end or not. */
function discarding(message: IncomingMessage, tell: (body: undefined) => void): NodeJS.Timeout {
  const patience = setTimeout(tell, DISCARD_MS, undefined);
  message.on('close', () => {
    clearTimeout(patience);
  });
  return patience;
}
