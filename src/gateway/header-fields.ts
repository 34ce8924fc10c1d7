import type { Header } from '../model/http.ts';

/** Fields that speak of one connection only (RFC 9110 7.6.1), and those that say how a body is framed, which we do anew. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'content-length',
]);

/** Fields for every recipient: naming one in `Connection` does not remove it (standards.md 3.2). */
const END_TO_END = /^(authorization|host|cookie|set-cookie|cache-control|date|location|accept.*|content-.*)$/;

/** Raw headers as Node gives them (name, value, name, value …) in pairs; order and duplicates kept. */
export function headerPairs(raw: readonly string[]): Header[] {
  const pairs: Header[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2)
    pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}

/** The headers that travel on: without hop-by-hop fields, those that `Connection` names, and the framing of the body. */
export function endToEndHeaders(headers: readonly Header[]): Header[] {
  // Connection is read before it is removed, else what it names would slip through.
  const named = new Set(
    headers
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(','))
      .map((option) => option.trim().toLowerCase())
      .filter((option) => !END_TO_END.test(option)),
  );
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && !named.has(lower);
  });
}

/** Name, value, name, value …, as `writeHead` and undici take them. */
export function flatHeaders(headers: readonly Header[]): string[] {
  return headers.flatMap(([name, value]) => [name, value]);
}

/** The headers with one `Content-Length` that is right for a body of `length` bytes. */
export function framed(headers: readonly Header[], length: number): Header[] {
  return [...endToEndHeaders(headers), ['Content-Length', String(length)]];
}
