import { createHmac } from 'node:crypto';
import type { Header } from '../model/http.ts';
import { headerValue } from '../model/http.ts';
import { isJsonObject } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { decodeUtf8, fromBase64, parseJson, wellFormed } from '../std/bytes.ts';
import {
  SECRET_NAME_PATTERN,
  isIdentifier,
  isSecretField,
  isSecretHeader,
  isSecretMember,
} from './deny-list.ts';
import { SHORTEST_FINDABLE, secretFinder } from './secret-forms.ts';
import type { Hit, SecretFinder } from './secret-forms.ts';
import { isCard, replaceCards, replaceTokens } from './secret-shapes.ts';

/** A body as a record holds it. */
export interface RedactedBody {
  readonly json?: JsonValue;
  readonly text?: string;
}

/**
 * Takes secrets out of everything before it is seen or written (standards.md 3.3). Each becomes `[redacted:<8 hex>]`, the start of an
 * HMAC-SHA256 of the secret under the run's key: equal secrets get equal tags, in whatever form they came. Redacting twice changes nothing.
 * Texts come out well-formed. Nothing here throws.
 */
export interface Redactor {
  headers(headers: readonly Header[]): Header[];
  json(value: JsonValue): JsonValue;
  text(text: string): string;
  /** A body of type application/x-www-form-urlencoded. */
  form(text: string): string;
  /** A URL or request target. */
  target(url: string): string;
  /** Body bytes by their content type: JSON where they are JSON, else text; neither where there are none. */
  body(headers: readonly Header[], bytes: Uint8Array): RedactedBody;
  /** From now on this secret (a token issued in the run) is caught everywhere and in every form. */
  learn(secret: string): void;
}

/** Texts and secrets whose result is kept at the most, and the length of text up to which it is. */
const REMEMBERED = 4096;
const REMEMBERED_LENGTH = 256;

function remembered(cache: Map<string, string>, key: string, work: () => string): string {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const result = work();
  if (cache.size >= REMEMBERED) cache.clear();
  cache.set(key, result);
  return result;
}

const TAG = /(\[redacted:[0-9a-f]{8}\])/;
const WHOLE_TAG = /^\[redacted:[0-9a-f]{8}\]$/;
const MAX_DEPTH = 64;
const TOO_DEEP = '[too deep]';

const SCHEME = /\b(Bearer|Basic)( +)([^\s"'\\,;<>]+)/gi;
const QUOTED = new RegExp(
  `(?<![A-Za-z0-9])((?:${SECRET_NAME_PATTERN})\\\\*["']?\\s{0,8}[:=]\\s{0,8}\\\\*["'])((?:[^"'\\\\]|\\\\[^"'])+)`,
  'gi',
);
const ASSIGNED = new RegExp(`(?<![A-Za-z0-9])((?:${SECRET_NAME_PATTERN})=)([^&\\s"'\\\\<>;,]+)`, 'gi');

/** A redactor that knows `secrets` from the start. `key`: random bytes of this run, never stored. */
export function createRedactor(options: {
  readonly secrets: readonly string[];
  readonly key: Uint8Array;
}): Redactor {
  let finders = new Map<string, SecretFinder>();

  // Texts recur by the thousand in a recording (states, names, ids), and hashing is dear.
  const tags = new Map<string, string>();
  const scanned = new Map<string, string>();

  const tag = (secret: string): string => {
    if (secret === '' || WHOLE_TAG.test(secret)) return secret;
    return remembered(
      tags,
      secret,
      () => `[redacted:${createHmac('sha256', options.key).update(secret).digest('hex').slice(0, 8)}]`,
    );
  };

  const known = (text: string): string => {
    let result = text;
    for (const [secret, find] of finders) {
      result = outsideTags(result, (piece) => replaceHits(piece, find(piece), tag(secret)));
    }
    return result;
  };

  const scan = (text: string, cards: boolean): string =>
    text.length > REMEMBERED_LENGTH
      ? search(text, cards)
      : remembered(scanned, `${cards ? '+' : '-'}${text}`, () => search(text, cards));

  const search = (text: string, cards: boolean): string => {
    let result = known(wellFormed(text));
    result = outsideTags(result, (piece) =>
      piece.replace(SCHEME, (found, scheme: string, gap: string, rest: string) =>
        // A plain word after the scheme's name is prose.
        /^[a-z]*[.:]?$/i.test(rest) ? found : credentials(scheme, gap, rest),
      ),
    );
    for (const pattern of [QUOTED, ASSIGNED]) {
      result = outsideTags(result, (piece) =>
        piece.replace(pattern, (_, name: string, value: string) => name + tag(percentDecoded(value))),
      );
    }
    result = outsideTags(result, (piece) => replaceTokens(piece, tag));
    return cards ? outsideTags(result, (piece) => replaceCards(piece, tag)) : result;
  };

  /** `Bearer` keeps its scheme, `Basic` the client id as well. */
  const credentials = (scheme: string, gap: string, rest: string): string => {
    if (scheme.toLowerCase() === 'bearer') return scheme + gap + tag(rest);
    const bytes = fromBase64(padded(rest));
    const pair = bytes === undefined ? undefined : decodeUtf8(bytes);
    const colon = pair?.indexOf(':') ?? -1;
    if (pair === undefined || colon < 0) return scheme + gap + tag(rest);
    const secret = pair.slice(colon + 1);
    const decoded = percentDecoded(secret);
    const user = known(wellFormed(pair.slice(0, colon)));
    return `${scheme}${gap}${user}:${tag(finders.has(decoded) ? decoded : secret)}`;
  };

  const secretHeader = (value: string): string => {
    const match = /^(Bearer|Basic)( +)(.*)$/i.exec(value);
    if (!match) return tag(value);
    const [, scheme = '', gap = '', rest = ''] = match;
    const isDone =
      WHOLE_TAG.test(rest) || (scheme.toLowerCase() === 'basic' && /:\[redacted:[0-9a-f]{8}\]$/.test(rest));
    return isDone ? value : credentials(scheme, gap, rest);
  };

  const headerText = (name: string, value: string): string => {
    if (isSecretHeader(name)) return wellFormed(secretHeader(value));
    if (/^(?:location|content-location|referer)$/i.test(name)) return target(value);
    return scan(value, !isIdentifier(name));
  };

  const json = (value: JsonValue, name: string, depth: number): JsonValue => {
    if (typeof value === 'string') return scan(value, !isIdentifier(name));
    if (typeof value === 'number')
      return !isIdentifier(name) && isCard(String(value)) ? tag(String(value)) : value;
    if (value === null || typeof value === 'boolean') return value;
    if (depth >= MAX_DEPTH) return TOO_DEEP;
    if (Array.isArray(value)) return value.map((item) => json(item, name, depth + 1));
    // fromEntries defines members, so a member named __proto__ stays an ordinary one.
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        remembered(scanned, `name ${key}`, () => known(wellFormed(key))),
        isSecretMember(key) && !isReference(item) ? secretValue(item) : json(item, key, depth + 1),
      ]),
    );
  };

  const secretValue = (value: JsonValue): JsonValue => {
    if (value === null || typeof value === 'boolean') return value;
    return tag(typeof value === 'string' ? value : flat(value));
  };

  const fields = (text: string): string =>
    text
      .split('&')
      .map((field) => {
        const equals = field.indexOf('=');
        if (equals < 0) return scan(field, false);
        const name = field.slice(0, equals);
        const value = field.slice(equals + 1);
        const plain = percentDecoded(name.replace(/\+/g, ' '));
        if (!isSecretField(plain)) return `${known(wellFormed(name))}=${scan(value, !isIdentifier(plain))}`;
        return `${name}=${WHOLE_TAG.test(value) ? value : tag(percentDecoded(value.replace(/\+/g, ' ')))}`;
      })
      .join('&');

  // A secret may hold the very characters that a form or a URL is split at: the whole is searched once more.
  const form = (text: string): string => known(fields(text));

  const target = (url: string): string => {
    const [, path = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/.exec(url) ?? [];
    const bare = path.replace(
      /(\/\/[^/@:]*:)([^/@]+)@/,
      (_, user: string, password: string) => `${user}${tag(password)}@`,
    );
    const shown = scan(bare, false);
    const asked = query === undefined ? '' : `?${fields(query)}`;
    const marked = fragment === undefined ? '' : `#${fields(fragment)}`;
    return known(shown + asked + marked);
  };

  const learn = (secret: string): void => {
    if (secret.length < SHORTEST_FINDABLE || finders.has(secret)) return;
    finders.set(secret, secretFinder(secret));
    scanned.clear();
    // The longest first: a secret within another must not break the other up.
    finders = new Map([...finders].sort(([left], [right]) => right.length - left.length));
  };
  options.secrets.forEach(learn);

  return {
    headers: (headers) => headers.map(([name, value]) => [known(wellFormed(name)), headerText(name, value)]),
    json: (value) => json(value, '', 0),
    text: (text) => scan(text, true),
    form,
    target,
    learn,
    body: (headers, bytes) => {
      if (bytes.length === 0) return {};
      const text = decodeUtf8(bytes) ?? Buffer.from(bytes).toString('utf8');
      if (/^application\/x-www-form-urlencoded\b/i.test(headerValue(headers, 'content-type') ?? '')) {
        return { text: form(text) };
      }
      const value = parseJson(text, MAX_DEPTH) as JsonValue | undefined;
      return value === undefined ? { text: scan(text, true) } : { json: json(value, '', 0) };
    },
  };
}

function outsideTags(text: string, change: (piece: string) => string): string {
  return text
    .split(TAG)
    .map((piece, index) => (index % 2 === 1 ? piece : change(piece)))
    .join('');
}

function replaceHits(text: string, hits: readonly Hit[], replacement: string): string {
  let result = '';
  let rest = 0;
  for (const { from, to } of [...hits].sort((left, right) => left.from - right.from)) {
    if (from >= rest) result += text.slice(rest, from) + replacement;
    rest = Math.max(rest, to);
  }
  return result + text.slice(rest);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function padded(base64: string): string {
  const standard = base64.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, '');
  return standard.padEnd(Math.ceil(standard.length / 4) * 4, '=');
}

/** `{ env: NAME }` and `{ file: PATH }` say where a secret is to be found; they are none. */
function isReference(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const names = Object.keys(value);
  return (
    names.length === 1 && (names[0] === 'env' || names[0] === 'file') && typeof value[names[0]] === 'string'
  );
}

function flat(value: JsonValue): string {
  try {
    return JSON.stringify(value);
  } catch {
    return TOO_DEEP;
  }
}
