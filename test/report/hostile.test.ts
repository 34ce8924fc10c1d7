import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepSummary } from '../../src/report/markdown.ts';
import { reports } from '../../src/report/reports.ts';
import { clientError, oneFailed, undecided } from './fixtures.ts';
import { HOSTILE, hostileText, poisoned } from './hostile.ts';
import { dialectProblems } from './junit-dialect.ts';
import { everyElement, readXml } from './xml-reader.ts';

/* Hostile text through every report, in every member that may come from outside. */

const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]/u;
const plain = { color: false, width: 100, verbose: true };
const every = (property: (text: string) => void): void => {
  for (const text of HOSTILE) property(text);
  fc.assert(fc.property(hostileText, property), { numRuns: 8 });
};
const runs = (text: string): ReturnType<typeof poisoned>[] =>
  [oneFailed, clientError, undecided].map((report) => poisoned(report, text));

describe('hostile text', () => {
  it('does nothing on a terminal and begins no line as a CI command', () => {
    every((text) => {
      for (const run of runs(text)) {
        const shown = reports.console(run, plain);
        expect(shown.replace(/\n/g, '')).not.toMatch(HIDDEN);
        expect(shown).not.toMatch(/^\s*(::|##)/m);
        expect(shown).not.toMatch(/##[a-z]*\[/i);
        // eslint-disable-next-line no-control-regex -- the colours that we make ourselves
        const bare = reports.console(run, { ...plain, color: true }).replace(/\u001b\[\d+m/g, '');
        expect(bare.replace(/\n/g, '')).not.toMatch(HIDDEN);
        expect(bare).not.toMatch(/^\s*(::|##)/m);
      }
    });
  });

  it('leaves JUnit valid', () => {
    every((text) => {
      for (const run of runs(text)) {
        const root = readXml(reports.junit(run, plain));
        expect(dialectProblems(root)).toEqual([]);
        for (const one of everyElement(root))
          for (const part of [one.text, ...Object.values(one.attributes)])
            expect(part).not.toMatch(/\[\[(ATTACHMENT|PROPERTY)\|/i);
      }
    });
  });

  it('leaves HTML without a single element or attribute of its own', () => {
    const names = (run: typeof oneFailed): string =>
      everyElement(
        readXml(reports.html(run, plain).replace(/&#39;/g, '&apos;').replace(/&#96;/g, '`'), ['style']),
      )
        .map((one) => `${one.name} ${Object.keys(one.attributes).join(' ')}`)
        .join('\n');
    const clean = [oneFailed, clientError, undecided].map((report) => names(poisoned(report, 'x')));
    every((text) => {
      if (text.trim() === '') return;
      for (const [index, run] of runs(text).entries()) {
        const written = reports.html(run, plain);
        expect(written).not.toMatch(/<script|<img|onerror="/i);
        expect(names(run)).toBe(clean[index]);
      }
    });
  });

  it('stays data in JSON, HAR, CTRF and events', () => {
    every((text) => {
      for (const run of runs(text)) {
        for (const format of ['json', 'har', 'ctrf'] as const) {
          const written = reports[format](run, plain);
          JSON.parse(written);
          expect(written.replace(/\n/g, '')).not.toMatch(HIDDEN);
          expect(written).not.toContain('##');
        }
        for (const line of reports.ndjson(run, plain).trimEnd().split('\n')) JSON.parse(line);
      }
    });
  });

  it('makes no command of its own for GitHub', () => {
    every((text) => {
      for (const run of runs(text)) {
        const lines = reports.github(run, plain).trimEnd().split('\n');
        expect(lines.length).toBeLessThanOrEqual(10);
        for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) title=[^:,]*::[^\n]*$/);
      }
    });
  });

  it('opens no fence, heading, row or tag of its own in Markdown', () => {
    every((text) => {
      if (text.trim() === '') return;
      for (const run of runs(text)) {
        const lines = outside(stepSummary(run));
        for (const line of lines) {
          expect(line).toMatch(/^(#{1,3} |\| |- | {2}- |$|Under it:|The last lines|SANDBOX|\d+ )/);
          expect(line.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '')).not.toMatch(/<(?!=)/);
        }
      }
    });
  });
});

/** The lines outside fenced blocks; throws where a fence is left open. */
function outside(markdown: string): string[] {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const marker = /^(`{3,})/.exec(line)?.[1];
    if (fence === undefined && marker !== undefined) fence = marker;
    else if (fence !== undefined && line === fence) fence = undefined;
    else if (fence === undefined) lines.push(line);
  }
  if (fence !== undefined) throw new Error('a fence is left open');
  return lines;
}
