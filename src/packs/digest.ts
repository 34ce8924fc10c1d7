/**
 * The listing whose digest is the pack's: what `find . -type f | cut -c3- | LC_ALL=C sort | xargs sha256sum` prints (standards.md 1.6), so
 * that `sha256sum -c` checks it without us.
 */
export function listingOf(
  files: ReadonlyMap<string, Uint8Array>,
  sha256: (bytes: Uint8Array) => string,
): Uint8Array {
  const lines = [...files]
    .sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0))
    .map(([path, bytes]) => `${sha256(bytes)}  ${path}\n`);
  return new TextEncoder().encode(lines.join(''));
}
