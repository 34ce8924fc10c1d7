import { randomUUID } from 'node:crypto';

/** A source of GUIDs that nobody can guess. */
export function randomIds(): () => string {
  return () => randomUUID();
}

/** A source of GUIDs (version 4 by their shape) that depends on `seed` alone: the same seed, the same row. Not for secrets. */
export function seededIds(seed: string): () => string {
  let state = 0x9e3779b9;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x85ebca6b) | 0;
  // mulberry32: small, fast, and with a full period of 2^32.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const word = (): string => next().toString(16).padStart(8, '0');
  return () => {
    const hex = word() + word() + word() + word();
    const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8';
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}
