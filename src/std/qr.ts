/*
 * QR codes (ISO/IEC 18004) of short texts: byte mode, error correction M, versions 1 to 6.
 */

/** A QR code as modules, row by row; true is dark. Without the quiet zone of four modules that belongs around it. */
export interface QrCode {
  readonly size: number;
  readonly dark: readonly (readonly boolean[])[];
}

interface Version {
  /** Data codewords and error correction codewords of each block. */
  readonly data: number;
  readonly correction: number;
  readonly blocks: number;
  /** The centre of the one alignment pattern; version 1 has none. */
  readonly alignment?: number;
}

/** Error correction M (ISO/IEC 18004, tables 9 and E.1). */
const VERSIONS: readonly Version[] = [
  { data: 16, correction: 10, blocks: 1 },
  { data: 28, correction: 16, blocks: 1, alignment: 18 },
  { data: 44, correction: 26, blocks: 1, alignment: 22 },
  { data: 32, correction: 18, blocks: 2, alignment: 26 },
  { data: 43, correction: 24, blocks: 2, alignment: 30 },
  { data: 27, correction: 16, blocks: 4, alignment: 34 },
];

/** The QR code of a text, or undefined where its UTF-8 form is longer than 106 bytes. */
export function qrCode(text: string): QrCode | undefined {
  const bytes = new TextEncoder().encode(text);
  const index = VERSIONS.findIndex(({ data, blocks }) => bytes.length + 2 <= data * blocks);
  const version = VERSIONS[index];
  if (version === undefined) return undefined;
  const size = 21 + 4 * index;
  const grid = frameOf(size, version.alignment);
  const bits = bitsOf(codewordsOf(bytes, version));
  let best: boolean[][] | undefined;
  let least = Infinity;
  for (let mask = 0; mask < 8; mask += 1) {
    const tried = drawn(grid, bits, mask);
    const penalty = penaltyOf(tried);
    if (penalty < least) [best, least] = [tried, penalty];
  }
  return best === undefined ? undefined : { size, dark: best };
}

/** The path of an SVG image: one unit a module, the quiet zone included, so that its view box is `0 0 size+8 size+8`. */
export function qrPath({ dark }: QrCode): string {
  let path = '';
  for (const [y, row] of dark.entries())
    for (let x = 0; x < row.length; x += 1) {
      let end = x;
      while (row[end] === true) end += 1;
      if (end > x) path += `M${x + 4} ${y + 4}h${end - x}v1h${x - end}z`;
      x = end;
    }
  return path;
}

/** Data and error correction codewords, the blocks interleaved. */
function codewordsOf(bytes: Uint8Array, { data, correction, blocks }: Version): number[] {
  const total = data * blocks;
  // Mode 0100 and the length push every byte half a codeword on.
  const words = [0x40 | (bytes.length >> 4)];
  let carry = bytes.length & 15;
  for (const byte of bytes) {
    words.push((carry << 4) | (byte >> 4));
    carry = byte & 15;
  }
  words.push(carry << 4);
  for (let pad = 0xec; words.length < total; pad ^= 0xfd) words.push(pad);
  const rows = Array.from({ length: blocks }, (_, block) => words.slice(block * data, (block + 1) * data));
  const checks = rows.map((row) => remainderOf(row, correction));
  const result: number[] = [];
  for (let at = 0; at < data; at += 1) for (const row of rows) result.push(row[at] ?? 0);
  for (let at = 0; at < correction; at += 1) for (const row of checks) result.push(row[at] ?? 0);
  return result;
}

/** Multiplication in GF(256) with x^8 + x^4 + x^3 + x^2 + 1. */
function times(one: number, two: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    if (((two >> bit) & 1) === 1) product ^= one;
  }
  return product;
}

/** The Reed-Solomon check of a block: the remainder of division by (x - 1)(x - 2)(x - 4)… */
function remainderOf(data: readonly number[], degree: number): number[] {
  const divisor = new Array<number>(degree).fill(0);
  divisor[degree - 1] = 1;
  for (let power = 0, root = 1; power < degree; power += 1, root = times(root, 2))
    for (let at = 0; at < degree; at += 1)
      divisor[at] = times(divisor[at] ?? 0, root) ^ (divisor[at + 1] ?? 0);
  const remainder = new Array<number>(degree).fill(0);
  for (const word of data) {
    const factor = word ^ (remainder.shift() ?? 0);
    remainder.push(0);
    for (const [at, coefficient] of divisor.entries())
      remainder[at] = (remainder[at] ?? 0) ^ times(coefficient, factor);
  }
  return remainder;
}

function bitsOf(words: readonly number[]): boolean[] {
  return words.flatMap((word) => Array.from({ length: 8 }, (_, bit) => ((word >> (7 - bit)) & 1) === 1));
}

/** Modules that are fixed; undefined where data goes. */
type Frame = (boolean | undefined)[][];

function frameOf(size: number, alignment: number | undefined): Frame {
  const frame: Frame = Array.from({ length: size }, () =>
    new Array<boolean | undefined>(size).fill(undefined),
  );
  const set = (x: number, y: number, dark: boolean): void => {
    const row = frame[y];
    if (row !== undefined && x >= 0 && x < size) row[x] = dark;
  };
  for (let at = 8; at < size - 8; at += 1) {
    set(at, 6, at % 2 === 0);
    set(6, at, at % 2 === 0);
  }
  const rings = (cx: number, cy: number, reach: number, light: number): void => {
    for (let dy = -reach; dy <= reach; dy += 1)
      for (let dx = -reach; dx <= reach; dx += 1) {
        const ring = Math.max(Math.abs(dx), Math.abs(dy));
        set(cx + dx, cy + dy, ring !== light && ring !== 4);
      }
  };
  rings(3, 3, 4, 2);
  rings(size - 4, 3, 4, 2);
  rings(3, size - 4, 4, 2);
  if (alignment !== undefined) rings(alignment, alignment, 2, 1);
  // Room for the format, which depends on the mask; the module above its lower part is always dark.
  for (let at = 0; at <= 8; at += 1) {
    if (at !== 6) {
      set(8, at, false);
      set(at, 8, false);
    }
    if (at < 8) {
      set(8, size - 1 - at, false);
      set(size - 1 - at, 8, false);
    }
  }
  set(8, size - 8, true);
  return frame;
}

const MASKS: readonly ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

function drawn(frame: Frame, bits: readonly boolean[], mask: number): boolean[][] {
  const size = frame.length;
  const rows = frame.map((row) => row.map((dark) => dark ?? false));
  const masked = MASKS[mask];
  let next = 0;
  // Two columns at a time from the right, upwards and downwards by turns; the column of the timing pattern is skipped.
  for (let right = size - 1; right >= 1; right -= right === 8 ? 3 : 2) {
    const pair = right < 7 ? right + 1 : right;
    const upwards = ((size - 1 - pair) / 2) % 2 === 0;
    for (let step = 0; step < size; step += 1)
      for (const x of [right, right - 1]) {
        const y = upwards ? size - 1 - step : step;
        const row = rows[y];
        if (row === undefined || frame[y]?.[x] !== undefined) continue;
        row[x] = (bits[next] ?? false) !== (masked?.(x, y) ?? false);
        next += 1;
      }
  }
  writeFormat(rows, mask);
  return rows;
}

/** Error correction M is 00, so the format is the mask alone, with its check and its fixed mask. */
function writeFormat(rows: boolean[][], mask: number): void {
  let remainder = mask;
  for (let step = 0; step < 10; step += 1) remainder = (remainder << 1) ^ ((remainder >> 9) * 0x537);
  const format = ((mask << 10) | remainder) ^ 0x5412;
  const size = rows.length;
  const set = (x: number, y: number, bit: number): void => {
    const row = rows[y];
    if (row !== undefined) row[x] = ((format >> bit) & 1) === 1;
  };
  for (let bit = 0; bit < 15; bit += 1) {
    if (bit < 6) set(8, bit, bit);
    else if (bit < 8) set(8, bit + 1, bit);
    else if (bit === 8) set(7, 8, bit);
    else set(14 - bit, 8, bit);
    if (bit < 8) set(size - 1 - bit, 8, bit);
    else set(8, size - 15 + bit, bit);
  }
}

/** How hard it is to read (ISO/IEC 18004, 7.8.3): runs, blocks, patterns like the finder's, and uneven darkness. */
function penaltyOf(rows: readonly (readonly boolean[])[]): number {
  const size = rows.length;
  const columns = Array.from({ length: size }, (_, x) => rows.map((row) => row[x] ?? false));
  let penalty = 0;
  for (const line of [...rows, ...columns]) {
    const text = line.map((dark) => (dark ? '1' : '0')).join('');
    for (const run of text.match(/0{5,}|1{5,}/g) ?? []) penalty += run.length - 2;
    for (let at = 0; at + 11 <= size; at += 1) {
      const part = text.slice(at, at + 11);
      if (part === '10111010000' || part === '00001011101') penalty += 40;
    }
  }
  for (let y = 0; y + 1 < size; y += 1)
    for (let x = 0; x + 1 < size; x += 1) {
      const same = rows[y]?.[x];
      if (rows[y]?.[x + 1] === same && rows[y + 1]?.[x] === same && rows[y + 1]?.[x + 1] === same)
        penalty += 3;
    }
  const dark = rows.flat().filter(Boolean).length;
  return penalty + 10 * Math.floor(Math.abs((dark * 20) / (size * size) - 10));
}
