import { Chalk } from 'chalk';
import { harmlessLine, oneLine } from './terminal-text.ts';
import type { ReportOptions } from './options.ts';

/*
 * The only way to a terminal: text becomes spans, spans become lines, and `paint` makes every span harmless before it colours it.
 */

export type Style = 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'accent';

/** A piece of one line. Its text may come from anywhere. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** One line: spans one after another. `hang`: the column under which it goes on where it is wrapped; absent: it is never wrapped. */
export interface Line {
  readonly spans: readonly Span[];
  readonly hang?: number;
}

export const EMPTY: Line = { spans: [] };

/** A span of text, in a style where one is named. */
export function span(text: string, style?: Style): Span {
  return style === undefined ? { text } : { text, style };
}

/** A line that is not wrapped: tables, commands to copy. */
export function fixed(indent: number, ...spans: readonly (Span | string)[]): Line {
  return { spans: [span(' '.repeat(indent)), ...spans.map(asSpan)] };
}

/** A line that is wrapped under column `hang` where the terminal is too narrow. */
export function flowing(indent: number, hang: number, ...spans: readonly (Span | string)[]): Line {
  return { spans: [span(' '.repeat(indent)), ...spans.map(asSpan)], hang };
}

// Letters of East Asia and most pictures take two columns.
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/gu;

/** How many columns of a terminal `text` takes. */
export function columns(text: string): number {
  const single = text.replace(/\p{M}/gu, '');
  return Array.from(single).length + (single.match(WIDE)?.length ?? 0);
}

const LABEL = 12;

/** A label in its column and text beside it, wrapped under itself. */
export function labelled(indent: number, label: string, ...spans: readonly (Span | string)[]): Line {
  return flowing(indent, indent + LABEL, span(label.padEnd(LABEL), 'dim'), ...spans);
}

/** A label with lines that are not wrapped, to be copied. */
export function copyable(indent: number, label: string, lines: readonly string[]): Line[] {
  return lines.map((text, index) =>
    fixed(indent, span((index === 0 ? label : '').padEnd(LABEL), 'dim'), span(text, 'accent')),
  );
}

/** Foreign lines, such as the log of a client: each begins with `| `, so that none is taken for a command of a CI runner. */
export function quoted(indent: number, lines: readonly string[]): Line[] {
  return lines.flatMap((text) => text.split('\n')).map((text) => fixed(indent, span(`| ${text}`, 'dim')));
}

function asSpan(one: Span | string): Span {
  return typeof one === 'string' ? { text: one } : one;
}

/** Lines as text that ends with a line feed; every span is made harmless here and nowhere else. */
export function paint(lines: readonly Line[], options: Pick<ReportOptions, 'color' | 'width'>): string {
  const painter = painterFor(options.color);
  const text = lines
    .flatMap((line) => wrapped(line, options.width))
    .map((spans) => painted(spans, painter))
    .join('\n');
  return text === '' ? '' : `${text}\n`;
}

type Painter = (text: string, style: Style | undefined) => string;

function painterFor(color: boolean): Painter {
  if (!color) return (text) => text;
  const chalk = new Chalk({ level: 1 });
  const styles: Readonly<Record<Style, (text: string) => string>> = {
    strong: chalk.bold,
    dim: chalk.dim,
    good: chalk.green,
    bad: chalk.red,
    warn: chalk.yellow,
    accent: chalk.cyan,
  };
  return (text, style) => (style === undefined || text.trim() === '' ? text : styles[style](text));
}

function painted(spans: readonly Span[], painter: Painter): string {
  const plain = spans.map((one) => one.text).join('');
  const safe = harmlessLine(plain);
  const prefix = safe.length > plain.length ? [{ text: '| ' }] : [];
  const last = spans.findLastIndex((one) => one.text.trim() !== '');
  return [...prefix, ...spans.slice(0, last + 1)]
    .map((one, index, all) => painter(index === all.length - 1 ? one.text.trimEnd() : one.text, styleOf(one)))
    .join('');
}

function styleOf(one: Span): Style | undefined {
  return one.style;
}

/** Breaks a line at spaces; a word that is longer than a line stays whole and where it is, so that it can be copied. */
function wrapped(line: Line, width: number): Span[][] {
  const safe = joinedSafe(line.spans);
  if (line.hang === undefined) return [safe];
  const margin = span(' '.repeat(Math.min(line.hang, Math.max(0, width - 20))));
  const rows: Span[][] = [];
  let row: Span[] = [];
  let column = 0;
  for (const one of safe)
    for (const piece of one.text.match(/\s+|\S+/g) ?? []) {
      const length = columns(piece);
      const blank = piece.trim() === '';
      const fits = margin.text.length + length <= width;
      if (column + length > width && fits && !blank && row.some((before) => before.text.trim() !== '')) {
        rows.push(row);
        row = [margin];
        column = margin.text.length;
      } else if (blank && rows.length > 0 && row.length === 1) continue;
      row.push(one.style === undefined ? { text: piece } : { text: piece, style: one.style });
      column += length;
    }
  rows.push(row);
  return rows.map(merged);
}

/** Spans made harmless; a runner's command can't arise where two of them meet, since each is looked at with its neighbours. */
function joinedSafe(spans: readonly Span[]): Span[] {
  const safe = spans.map((one) => ({ ...one, text: oneLine(one.text) }));
  const joined = safe.map((one) => one.text).join('');
  return oneLine(joined) === joined ? safe : [{ text: oneLine(joined) }];
}

function merged(row: readonly Span[]): Span[] {
  const spans: Span[] = [];
  for (const one of row) {
    const last = spans.at(-1);
    if (last !== undefined && last.style === one.style)
      spans[spans.length - 1] = { ...last, text: last.text + one.text };
    else spans.push(one);
  }
  return spans;
}
