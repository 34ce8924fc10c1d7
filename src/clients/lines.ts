import { isUtf8 } from 'node:buffer';

/** Most that one line may hold, bytes (client-protocol.md, Framing). */
export const LINE_LIMIT = 1024 * 1024;

/** Takes bytes as they come. */
export interface LineSplitter {
  (chunk: Uint8Array): void;
  /** What came since the last line end. */
  rest(): string;
}

/**
 * Splits bytes on `\n` alone (U+2028 is no line end), UTF-8; `utf8` says whether a line's bytes are that. `overflow` is called once where a line
 * is longer than the limit.
 */
export function lineSplitter(
  line: (text: string, utf8: boolean) => void,
  overflow: () => void,
): LineSplitter {
  let parts: Uint8Array[] = [];
  let size = 0;
  let over = false;
  const take = (chunk: Uint8Array): void => {
    if (over) return;
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(10, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end);
      size += piece.length;
      if (size > LINE_LIMIT) {
        over = true;
        overflow();
        return;
      }
      parts.push(piece);
      if (end === -1) return;
      const bytes = Buffer.concat(parts);
      line(bytes.toString('utf8').replace(/\r$/, ''), isUtf8(bytes));
      parts = [];
      size = 0;
      start = end + 1;
    }
  };
  return Object.assign(take, { rest: () => Buffer.concat(parts).toString('utf8') });
}
