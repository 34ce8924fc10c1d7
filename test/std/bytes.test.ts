import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_DEPTH,
  canonicalJson,
  decodeUtf8,
  fromBase64,
  jsonDepth,
  parseJson,
  sha256Hex,
  toBase64,
  wellFormed,
  wellFormedJson,
} from '../../src/std/bytes.ts';

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
};

describe('canonical JSON (RFC 8785)', () => {
  it('is what the RFC shows', () => {
    const value: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts members by UTF-16 code units', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 };
    expect(Object.values(JSON.parse(canonicalJson(value).replace(/"1"/, '"one"')) as object)).toEqual([
      2, 4, 6, 7, 1, 5, 3,
    ]);
  });

  it('reads back as the same value, and does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        const text = canonicalJson(plain);
        expect(JSON.parse(text)).toEqual(plain);
        if (typeof plain === 'object' && plain !== null && !Array.isArray(plain)) {
          expect(canonicalJson(Object.fromEntries(Object.entries(plain).reverse()))).toBe(text);
        }
      }),
    );
  });

  it('leaves undefined members out, writes -0 as 0 and keeps __proto__', () => {
    expect(canonicalJson({ b: undefined, a: -0 })).toBe('{"a":0}');
    expect(canonicalJson(JSON.parse('{"__proto__":1}'))).toBe('{"__proto__":1}');
  });

  it.each([
    [Number.NaN],
    [Infinity],
    ['\ud800'],
    [{ '\udc00': 1 }],
    [[undefined]],
    [1n],
    [nested(MAX_DEPTH + 1)],
  ])('refuses what has no canonical form: case %#', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson(wellFormedJson(value))).not.toThrow();
  });

  it('takes what is as deep as can be read back', () => {
    const text = canonicalJson(nested(MAX_DEPTH));
    expect(parseJson(text, MAX_DEPTH)).toEqual(nested(MAX_DEPTH));
  });
});

describe('reading JSON', () => {
  it('counts depth outside of texts', () => {
    expect(jsonDepth('{"a":["]\\"[[["]}')).toBe(2);
    expect(jsonDepth('1')).toBe(0);
  });

  it('gives undefined for what is no JSON or too deep, and never throws', () => {
    expect(parseJson('{"a":1}')).toEqual({ a: 1 });
    expect(parseJson('{')).toBeUndefined();
    expect(parseJson('')).toBeUndefined();
    expect(parseJson('[[1]]', 1)).toBeUndefined();
    expect(parseJson('['.repeat(1_000_000))).toBeUndefined();
  });
});

describe('bytes', () => {
  it('hashes', () => {
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256Hex(Buffer.from('ø'))).toBe(sha256Hex('ø'));
  });

  it('base64 there and back; nothing but strict base64 is read', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(Buffer.from(fromBase64(toBase64(bytes)) ?? []).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
    for (const text of ['a', 'YQ', 'YQ==\n', 'Y Q==', '_-8=', 'YR=='])
      expect(fromBase64(text), text).toBeUndefined();
  });

  it('UTF-8 is decoded strictly', () => {
    expect(decodeUtf8(Buffer.from('\ufeffø'))).toBe('\ufeffø');
    expect(decodeUtf8(Buffer.from([0xc3]))).toBeUndefined();
    expect(decodeUtf8(Buffer.from([0xed, 0xa0, 0x80]))).toBeUndefined();
  });

  it('lone surrogates are replaced, pairs kept', () => {
    expect(wellFormed('a\ud800b😀')).toBe('a\ufffdb😀');
  });
});
