import type { Pack, PackLock } from '../model/pack.ts';
import { demandText } from './demand.ts';

/** The lock of a pack as it is now. `sha256`: of a text, as lower-case hexadecimal. */
export function lockOf(
  pack: Pick<Pack, 'id' | 'version' | 'cases'>,
  sha256: (text: string) => string,
): PackLock {
  const digests = pack.cases.map((one) => [one.id, sha256(demandText(one))] as const);
  return { pack: pack.id, version: pack.version, cases: Object.fromEntries(digests) };
}

/** What became of a case since the lock was written. */
export interface LockChange {
  readonly case: string;
  readonly change: 'new' | 'changed' | 'gone';
}

export function changesSince(lock: PackLock, now: PackLock): LockChange[] {
  const before = Object.entries(lock.cases).flatMap(([id, digest]): LockChange[] => {
    const after = now.cases[id];
    if (after === digest) return [];
    return [{ case: id, change: after === undefined ? 'gone' : 'changed' }];
  });
  const fresh = Object.keys(now.cases).filter((id) => !Object.hasOwn(lock.cases, id));
  return [...before, ...fresh.map((id): LockChange => ({ case: id, change: 'new' }))];
}

/**
 * Whether the lock may be written anew: the version was raised, or there is nothing but new cases. Whoever was certified by a version can look up
 * what it demanded, so that a demand never changes under a version that is out.
 */
export function mayRelock(lock: PackLock, now: PackLock): boolean {
  return higher(now.version, lock.version) || changesSince(lock, now).every(({ change }) => change === 'new');
}

function higher(version: string, other: string): boolean {
  const [left, right] = [version, other].map((one) => one.split('.').map(Number));
  for (const [index, part] of (left ?? []).entries()) {
    const before = right?.[index] ?? 0;
    if (part !== before) return part > before;
  }
  return false;
}
