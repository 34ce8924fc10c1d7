/** Most that one line may hold, bytes (client-protocol.md, Framing). */
export const LINE_LIMIT = 1024 * 1024;

/** Splits bytes on `\n` alone (U+2028 is no line end), UTF-8. `overflow` is called once where a line is longer than the limit. */
export function lineSplitter(
  line: (text: string) => void,
  overflow: () => void,
): (chunk: Uint8Array) => void {
  let parts: Uint8Array[] = [];
  let size = 0;
  let over = false;
  return (chunk) => {
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
      line(Buffer.concat(parts).toString('utf8').replace(/\r$/, ''));
      parts = [];
      size = 0;
      start = end + 1;
    }
  };
}
