/** A header as it stood on the wire: name in its own case, value; order and duplicates kept. */
export type Header = readonly [name: string, value: string];

/** One request as bytes. `path` and `query` are split off `target`; both are undecoded. */
export interface HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** One answer as bytes. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: Uint8Array;
}

/** Whether a header's name is `name`, in whatever case. The usual spelling first: this is asked many times of every request. */
export function isNamed(candidate: string, name: string): boolean {
  if (candidate.length !== name.length) return false;
  return candidate === name || candidate.toLowerCase() === name.toLowerCase();
}

/** All values of header `name` (case-insensitive), in order. */
export function headerValues(headers: readonly Header[], name: string): string[] {
  const found: string[] = [];
  for (const [candidate, value] of headers) if (isNamed(candidate, name)) found.push(value);
  return found;
}

/** The first value of header `name` (case-insensitive), or undefined. */
export function headerValue(headers: readonly Header[], name: string): string | undefined {
  return headerValues(headers, name)[0];
}
