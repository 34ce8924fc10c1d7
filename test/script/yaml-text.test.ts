import { describe, expect, it } from 'vitest';
import { readCaseText } from '../../src/script/yaml.ts';
import type { Problem } from '../../src/model/problem.ts';

function problems(text: string): readonly Problem[] {
  const read = readCaseText(text, 'a.yaml');
  return read.ok ? [] : read.problems;
}

function codes(text: string): string[] {
  return problems(text).map((problem) => problem.code);
}

describe('the guards in front of the parser', () => {
  it.each([
    ['100,000 flow lists', '['.repeat(100_000)],
    ['100,000 flow maps', '{a: '.repeat(100_000)],
    ['50,000 lists on a line', '- '.repeat(50_000)],
    ['50,000 questions on a line', '? '.repeat(50_000)],
    [
      '1,000 maps by indentation',
      Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
    ],
    ['closed ones', `${'['.repeat(65)}${']'.repeat(65)}`],
  ])('refuse %s at once, with a place', (_, text) => {
    const before = performance.now();
    const found = problems(text);
    expect(found.map((problem) => problem.code)).toEqual(['yaml-too-deep']);
    expect(found[0]?.place).toMatchObject({ file: 'a.yaml', line: expect.any(Number) as number });
    expect(performance.now() - before).toBeLessThan(500);
  });

  it('let through what is as deep as a case may be', () => {
    expect(codes(`${'['.repeat(60)}1${']'.repeat(60)}`)).toEqual([]);
    expect(codes(Array.from({ length: 30 }, (_, depth) => `${'  '.repeat(depth)}a:`).join('\n'))).toEqual([]);
    expect(codes(`a: |\n${' '.repeat(500)}deep text\n`)).toEqual([]);
  });

  it('refuse more than a mebibyte, counted in bytes', () => {
    expect(codes(`a: ${'x'.repeat(1_048_576)}`)).toEqual(['yaml-too-large']);
    expect(codes(`a: ${'é'.repeat(600_000)}`)).toEqual(['yaml-too-large']);
    expect(codes(`a: ${'x'.repeat(100_000)}`)).toEqual([]);
  });
});

describe('what YAML allows and a case does not', () => {
  it.each([
    ['a: &x [1]\nb: *x', ['yaml-alias']],
    ['a: !mine x', ['yaml-tag']],
    ['a: 1\na: 2', ['yaml-duplicate-member']],
    ['__proto__: 1', ['yaml-name-forbidden']],
    ['constructor: 1', ['yaml-name-forbidden']],
    ['1: a', ['yaml-name-not-text']],
    ['[a]: b', ['yaml-name-not-text']],
    ['a: 00001', ['yaml-number-changes']],
    ['a: 1e3', ['yaml-number-changes']],
    ['a: 0x10', ['yaml-number-changes']],
    ['a: .inf', ['yaml-number-changes']],
    ['a: [1, 2', ['yaml-syntax']],
    ['a: 1\n---\nb: 2', ['yaml-syntax']],
    ['a: 00001\nb: 1e3', ['yaml-number-changes', 'yaml-number-changes']],
  ])('%s', (text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it('leaves plain numbers, quoted ones and texts alone', () => {
    const read = readCaseText('a: 100.00\nb: "00001"\nc: 0..1\nd: +8d\ne: -1.5\nf: no\ng: ~', 'a.yaml');
    expect(read.ok && read.value.root.value).toEqual({
      a: 100,
      b: '00001',
      c: '0..1',
      d: '+8d',
      e: -1.5,
      f: 'no',
      g: null,
    });
  });
});

describe('places', () => {
  it('name line, column, the line itself and the length of the caret', () => {
    expect(problems('a: 1\n  \nbb: 00001 # here\r\n')[0]?.place).toEqual({
      file: 'a.yaml',
      line: 3,
      column: 5,
      text: 'bb: 00001 # here',
      length: 5,
    });
  });

  it('stand on the second of two members with one name', () => {
    expect(problems('first: 1\nname: 2\nname: 3')[0]).toMatchObject({
      place: { line: 3, column: 1, length: 4 },
      data: { member: 'name' },
    });
  });
});
