import { decoded } from './routes.ts';

/** Query parameters by lower-case name; undefined where a name known to the operation occurs twice. */
export type Query = Readonly<Record<string, string | undefined>>;

/**
 * The parameters of an undecoded query that `names` lists; names are read without regard to case, and an empty value counts as none.
 * Returns the name of one that occurs twice as `repeated`, and those nobody asked for as `unknown`.
 */
export function readQuery(
  text: string,
  names: readonly string[],
): { readonly values: Query; readonly repeated?: string; readonly unknown: readonly string[] } {
  const values: Record<string, string> = {};
  const seen = new Set<string>();
  const unknown: string[] = [];
  let repeated: string | undefined;
  if (text !== '') {
    for (const part of text.replace(/^\?/, '').split('&')) {
      if (part === '') continue;
      const at = part.indexOf('=');
      const given = plain(at < 0 ? part : part.slice(0, at));
      const name = names.find((candidate) => candidate.toLowerCase() === given.toLowerCase());
      if (name === undefined) {
        unknown.push(given);
        continue;
      }
      if (seen.has(name)) repeated = name;
      seen.add(name);
      const value = at < 0 ? '' : plain(part.slice(at + 1));
      if (value !== '') values[name] = value;
    }
  }
  return repeated === undefined ? { values, unknown } : { values, unknown, repeated };
}

function plain(text: string): string {
  return decoded(text.replaceAll('+', ' '));
}
