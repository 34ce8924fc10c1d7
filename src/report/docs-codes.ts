import { EXIT_CODES } from '../words/exit-codes.ts';
import { WORD_GROUPS, wordsFor } from '../words/words.ts';
import { markdownCode, markdownText } from './markdown-text.ts';

/** The page of the exit codes. */
export function exitCodesPage(): string {
  return [
    '# Exit codes',
    '',
    'The exit code follows from the verdict alone. Where several apply the heaviest is taken: 130, 4, 1, 3. `poscert explain exit-codes` says the same.',
    '',
    '| code | name | meaning |',
    '| --- | --- | --- |',
    ...EXIT_CODES.map(({ code, name, meaning }) => `| ${code} | ${name} | ${markdownText(meaning)} |`),
    '',
  ].join('\n');
}

/** The page of everything that poscert may say is wrong, by its code; `poscert explain CODE` says the same. */
export function errorsPage(): string {
  return [
    '# What poscert may say is wrong',
    '',
    'Every finding, problem and reason has a code, the same in all reports. `poscert explain CODE` shows one. Where a sentence names what was sent or',
    'expected, that is filled in with what came; here it stands in general.',
    '',
    ...WORD_GROUPS.map(
      ({ title }) =>
        `- [${title}](#${title
          .toLowerCase()
          .replace(/[^a-z0-9 ]/g, '')
          .replace(/ /g, '-')})`,
    ),
    '',
    ...WORD_GROUPS.flatMap(({ title, table }) => [
      `## ${title}`,
      '',
      ...Object.keys(table).flatMap(entryLines),
    ]),
  ].join('\n');
}

function entryLines(code: string): string[] {
  const { title, cause, remedy } = wordsFor(code, {});
  return [
    `### ${markdownCode(code)}`,
    '',
    markdownText(title),
    '',
    ...(cause === undefined ? [] : [`Likely: ${markdownText(cause)}`, '']),
    ...(remedy === undefined ? [] : [`To do: ${markdownText(remedy)}`, '']),
  ];
}
