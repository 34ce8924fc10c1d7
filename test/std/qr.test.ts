import { expect, test } from 'vitest';
import { sha256Hex } from '../../src/std/bytes.ts';
import { qrCode, qrPath, type QrCode } from '../../src/std/qr.ts';

/*
 * Read back by a reader of our own that goes the other way: format, mask, blocks, check, bytes. The digests are those of codes that an
 * independent reader (jsqr 1.4.0) read rightly, for every length that fits.
 */

const BEACON = 'mobilepaypos://pos?id=c66101d7-38dc-484d-8460-4ece0ddf6a5b&source=qr';

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(y / 2) + Math.floor(x / 3)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];
/** Blocks, data codewords and check codewords of each, for error correction M (ISO/IEC 18004, table 9). */
const BLOCKS: Readonly<Record<number, readonly [number, number, number]>> = {
  21: [1, 16, 10],
  25: [1, 28, 16],
  29: [1, 44, 26],
  33: [2, 32, 18],
  37: [2, 43, 24],
  41: [4, 27, 16],
};

function isFixed(size: number, x: number, y: number): boolean {
  if ((x < 9 && y < 9) || (x < 9 && y >= size - 8) || (x >= size - 8 && y < 9) || x === 6 || y === 6)
    return true;
  const centre = size - 7;
  return size > 21 && Math.abs(x - centre) <= 2 && Math.abs(y - centre) <= 2;
}

function read({ size, dark }: QrCode): string {
  const at = (x: number, y: number): boolean => dark[y]?.[x] ?? false;
  let format = 0;
  for (const [x, y] of [
    [0, 8],
    [1, 8],
    [2, 8],
    [3, 8],
    [4, 8],
    [5, 8],
    [7, 8],
    [8, 8],
    [8, 7],
    [8, 5],
    [8, 4],
    [8, 3],
    [8, 2],
    [8, 1],
    [8, 0],
  ] as const)
    format = (format << 1) | Number(at(x, y));
  format ^= 0x5412;
  expect(format >> 13, 'error correction M').toBe(0);
  const mask = MASKS[format >> 10];
  const bits: number[] = [];
  let up = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < size; step += 1) {
      const y = up ? size - 1 - step : step;
      for (const x of [right, right - 1])
        if (!isFixed(size, x, y)) bits.push(Number(at(x, y) !== mask?.(x, y)));
    }
    up = !up;
  }
  const words = Array.from({ length: Math.floor(bits.length / 8) }, (_, word) =>
    bits.slice(word * 8, word * 8 + 8).reduce((value, bit) => (value << 1) | bit, 0),
  );
  const [blocks, data, check] = BLOCKS[size] ?? [0, 0, 0];
  expect(words).toHaveLength(blocks * (data + check));
  const whole: number[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const row = words.filter((_, index) => index % blocks === block);
    expect(syndromes(row, check), 'the check of a block').toEqual(new Array(check).fill(0));
    whole.push(...row.slice(0, data));
  }
  const stream = whole.map((word) => word.toString(2).padStart(8, '0')).join('');
  expect(stream.slice(0, 4)).toBe('0100');
  const length = Number.parseInt(stream.slice(4, 12), 2);
  const bytes = Array.from({ length }, (_, byte) =>
    Number.parseInt(stream.slice(12 + byte * 8, 20 + byte * 8), 2),
  );
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

const EXP: number[] = [];
for (let power = 0, value = 1; power < 255; power += 1) {
  EXP[power] = value;
  value = value * 2 >= 256 ? (value * 2) ^ 0x11d : value * 2;
}
const times = (one: number, two: number): number =>
  one === 0 || two === 0 ? 0 : (EXP[(EXP.indexOf(one) + EXP.indexOf(two)) % 255] ?? 0);

/** A right block, as a polynomial, is zero at each root of its generator. */
function syndromes(row: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, root) =>
    row.reduce((sum, word) => times(sum, EXP[root] ?? 0) ^ word, 0),
  );
}

test.each([
  'a',
  BEACON,
  'mobilepaypos://pos?id=123456789012345&source=qr',
  'æøå €',
  'x'.repeat(14),
  'x'.repeat(15),
  'x'.repeat(84),
  'x'.repeat(106),
])('%s can be read back', (text) => {
  const code = qrCode(text);
  expect(code && read(code)).toBe(text);
});

test('every length that fits can be read back, and no longer one is drawn', () => {
  for (let length = 0; length <= 106; length += 1) {
    const text = Array.from({ length }, (_, at) => String.fromCharCode(33 + ((at * 7 + length) % 90))).join(
      '',
    );
    const code = qrCode(text);
    expect(code && read(code)).toBe(text);
  }
  expect(qrCode('x'.repeat(107))).toBeUndefined();
});

test('the reader sees a module that is wrong', () => {
  const code = qrCode(BEACON);
  const rows = code?.dark.map((row) => [...row]) ?? [];
  const row = rows[20];
  if (row !== undefined) row[20] = row[20] !== true;
  expect(() => read({ size: code?.size ?? 0, dark: rows })).toThrow('the check of a block');
});

test('the codes are the ones that were read by another reader', () => {
  const drawn = (text: string): string => sha256Hex(JSON.stringify(qrCode(text))).slice(0, 16);
  expect([drawn('a'), drawn(BEACON), drawn('x'.repeat(106))]).toEqual([
    '214ef8bddb1f5ead',
    'a80614142211e48c',
    '6bafd698cdb541d5',
  ]);
});

test('the path draws the dark modules, and nothing else', () => {
  const code = qrCode(BEACON);
  const drawn = new Set<string>();
  for (const [, x, y, width] of qrPath(code ?? { size: 0, dark: [] }).matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let step = 0; step < Number(width); step += 1) drawn.add(`${Number(x) + step - 4} ${Number(y) - 4}`);
  const dark = (code?.dark ?? []).flatMap((row, y) => row.flatMap((is, x) => (is ? [`${x} ${y}`] : [])));
  expect([...drawn].sort()).toEqual(dark.sort());
});
