import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCase } from '../../src/script/parse-case.ts';
import { configWords } from '../../src/words/config.ts';
import { scriptWords } from '../../src/words/script.ts';
import { operations, vocabulary } from './texts.ts';

const SRC = join(import.meta.dirname, '../../src');
const FOLDERS = ['script', 'config', 'packs', 'model'];
const words = { ...scriptWords, ...configWords };

/** Every text in the sources that looks like a code. */
function textsIn(folder: string): string[] {
  return readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [
      ...readFileSync(join(SRC, folder, file), 'utf8').matchAll(/'([a-z0-9]+(?:-[a-z0-9]+)+)'/g),
    ])
    .map((match) => match[1] ?? '');
}

/** Codes as they are given to a problem: behind `code:`, or as the argument of what makes one. */
function codesIn(folder: string): string[] {
  const given =
    /(?:code: |complain\([^;]*?, |finding\([^;]*?, |unknownName\([^;]*?, |problemAt(?:Key)?\([^;]*?, |refuse\(|#refused\(|wrong\(|problem\()'([a-z0-9]+(?:-[a-z0-9]+)+)'/g;
  return readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(join(SRC, folder, file), 'utf8').matchAll(given)])
    .map((match) => match[1] ?? '');
}

describe('codes and words', () => {
  it('every code that a script, a pack or a configuration can yield has an entry', () => {
    const codes = ['script', 'config', 'packs'].flatMap(codesIn);
    expect(codes.length).toBeGreaterThan(70);
    expect([...new Set(codes)].filter((code) => !Object.hasOwn(words, code))).toEqual([]);
  });

  it('and every entry has a code that yields it', () => {
    const used = new Set(FOLDERS.flatMap(textsIn));
    expect(Object.keys(words).filter((code) => !used.has(code))).toEqual([]);
  });

  it('no code stands in two tables', () => {
    expect(Object.keys(scriptWords).filter((code) => Object.hasOwn(configWords, code))).toEqual([]);
  });

  it('an entry says something with its data, and without any', () => {
    for (const [code, entry] of Object.entries(words)) {
      for (const data of [
        {},
        { name: 'x', nearest: 'y', known: ['y'], got: { a: 1 }, member: 'm', setting: '--s' },
      ]) {
        const { title, remedy } = entry(data);
        expect(title.trim(), code).not.toBe('');
        expect(title, code).not.toMatch(/undefined|\[object/);
        expect(remedy?.trim(), code).not.toBe('');
      }
    }
  });

  it('tells what was meant', () => {
    const parsed = parseCase('titel: x', 'payments/01-x.yaml', vocabulary, operations);
    const [problem] = parsed.ok ? [] : parsed.problems.filter((one) => one.code === 'unknown-member');
    expect(words[problem?.code ?? '']?.(problem?.data ?? {})).toEqual({
      title: 'There is no member titel',
      remedy: 'Did you mean title?',
    });
  });
});
