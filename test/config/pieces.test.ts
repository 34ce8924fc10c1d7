import { describe, expect, it } from 'vitest';
import { splitCommand } from '../../src/config/command-line.ts';
import { foldersUp, folderOf, resolvePath } from '../../src/config/paths.ts';
import { isLoopback, isProduction } from '../../src/config/hosts.ts';

describe('a command line', () => {
  it.each<[string, string[]]>([
    ['a  b\tc', ['a', 'b', 'c']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a'b'"c"d`, ['abcd']],
    [`a ''`, ['a', '']],
    [`"a \\"b\\" \\$x \\n"`, ['a "b" $x \\n']],
    [`'a\\b' c\\ d`, ['a\\b', 'c d']],
    ['$HOME ~ * $(x) `y`', ['$HOME', '~', '*', '$(x)', '`y`']],
    [`a "|" 'b>c' d=1|2`, ['a', '|', 'b>c', 'd=1|2']],
    ['', []],
  ])('%s', (text, words) => {
    expect(splitCommand(text)).toEqual({ kind: 'words', words });
  });

  it.each(['a | b', 'a > b', 'a 2> b', 'a && b', 'a ; b', 'a < b', 'a &'])('%s wants a shell', (text) => {
    expect(splitCommand(text).kind).toBe('shell syntax');
  });

  it.each([`a 'b`, `a "b`, `a "b\\"`])('%s is not closed', (text) => {
    expect(splitCommand(text).kind).toBe('unterminated');
  });
});

describe('paths', () => {
  it('are joined and taken apart as texts', () => {
    expect(resolvePath('/a', 'b/c')).toBe('/a/b/c');
    expect(resolvePath('/', 'b')).toBe('/b');
    expect(resolvePath('/a', './b')).toBe('/a/b');
    expect(resolvePath('/a', '/b')).toBe('/b');
    expect(resolvePath('C:\\a', 'D:\\b')).toBe('D:\\b');
    expect(folderOf('/a/b')).toBe('/a');
    expect(folderOf('/a')).toBe('/');
    expect(foldersUp('/a/b')).toEqual(['/a/b', '/a', '/']);
    expect(foldersUp('C:\\a\\b')).toEqual(['C:\\a\\b', 'C:\\a', 'C:\\']);
    expect(foldersUp('/')).toEqual(['/']);
  });
});

describe('hosts', () => {
  it.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1', 'http://[::1]:80', 'http://LOCALHOST/x'])(
    '%s is this machine',
    (host) => {
      expect(isLoopback(host)).toBe(true);
    },
  );
  it.each(['0.0.0.0', '10.0.0.1', '127.0.0.1.example', 'http://localhost.example', '::'])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
  it('production is known by its host', () => {
    expect(isProduction('https://api.mobilepay.dk:443/pos')).toBe(true);
    expect(isProduction('https://api.sandbox.mobilepay.dk')).toBe(false);
  });
});
