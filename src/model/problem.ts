import type { JsonValue } from './json.ts';

/** A place in a text file: 1-based line and column. `text` is the line itself, `length` how many characters the caret underlines. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly text?: string;
  readonly length?: number;
}

/**
 * Something wrong in what a person gave us: a case, a configuration, a flag. `code` has an entry in `words`, which turns `data` into
 * what was wrong, what was expected and what to do. Problems are values; all of them are reported at once, with exit code 2.
 */
export interface Problem {
  readonly code: string;
  readonly place?: Place;
  readonly data: Readonly<Record<string, JsonValue>>;
}

/** Either a value or everything that is wrong with the text it came from. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };
