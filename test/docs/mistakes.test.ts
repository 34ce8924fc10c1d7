import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { markdownText } from '../../src/report/markdown-text.ts';
import { hasWords, wordsFor } from '../../src/words/words.ts';
import { ROOT } from '../cli/command-line.ts';
import { MISTAKES } from './mistakes.ts';

/* docs/adapter-mistakes.md says what poscert says, word for word. UPDATE=1 writes it. */

const PAGE = join(ROOT, 'docs/adapter-mistakes.md');
const all = MISTAKES.flatMap(({ mistakes }) => mistakes);

function page(): string {
  return [
    '# Mistakes that adapters make',
    '',
    'Each with what poscert says of it and what to do. `poscert doctor` finds most of these without a run. While a case is looked into,',
    '`poscert run --case ID -v` shows every request, and the last lines of the adapter’s log stand with an error.',
    '',
    ...MISTAKES.flatMap(({ title, mistakes }) => [
      `## ${title}`,
      '',
      ...mistakes.flatMap(({ mistake, code, data, note }) => {
        const said = wordsFor(code, data);
        return [
          `### ${mistake}`,
          '',
          `> ${markdownText(said.title)} (\`${code}\`)`,
          '',
          ...[said.cause, said.remedy].flatMap((text) => (text === undefined ? [] : [markdownText(text), ''])),
          ...(note === undefined ? [] : [note, '']),
        ];
      }),
    ]),
  ].join('\n');
}

if (process.env['UPDATE'] === '1') writeFileSync(PAGE, page());

describe('the page of mistakes', () => {
  it('is what poscert says', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(page());
  });

  it.each(all)('$mistake has a code, a title of its own and a remedy', ({ code, data }) => {
    expect(hasWords(code)).toBe(true);
    const { title, cause, remedy } = wordsFor(code, data);
    expect(remedy).toBeDefined();
    const same = all.filter((one) => {
      const other = wordsFor(one.code, one.data);
      return other.title === title && other.cause === cause;
    });
    expect(same).toHaveLength(1);
  });
});
