/*
 * Characters that do something instead of standing for something. Sources: standards.md 3.5 (terminals) and 2.1 (XML).
 */

/* eslint-disable no-control-regex -- control characters are what this is about */

// Each body excludes every introducer, so that hostile text costs linear time.
const STRINGS =
  /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D\u009E\u009F])[^\u0007\u001B\u0090\u0098\u009C-\u009F]*(?:\u0007|\u001B\\|\u009C)/g;
const SEQUENCES = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B[ -/]*[0-OQ-WYZ\\`-~]/g;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/gu;

/** Takes out the escape sequences of terminals: CSI, OSC, DCS and their kin, 7 and 8 bit. Incomplete ones stay. */
export function withoutEscapes(text: string): string {
  return text.replace(STRINGS, '').replace(SEQUENCES, '');
}

/** Lone surrogates become U+FFFD: no encoding can carry them. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\uFFFD');
}

/** Control, bidi, zero-width and line-separating characters and lone surrogates as `\u{…}`; those in `kept` stay. */
export function visible(text: string, kept: string): string {
  return text.replace(HIDDEN, (character) =>
    kept.includes(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
