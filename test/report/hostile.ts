import * as fc from 'fast-check';
import type { RunReport } from '../../src/model/run.ts';

/* What a client or a server may write to get at the reader of a report (standards.md 3.5, 2.1, 2.5). */

export const HOSTILE = [
  '\u001b[31mred\u001b[0m',
  '\u001b]52;c;ZXZpbA==\u0007',
  '\u009b2J\u009d0;title\u009c',
  '\u001bPq\u001b\\',
  '\u001b]8;;http://evil.example\u0007link',
  'over\rwritten\b\b',
  '\u202Egnp.exe\u2066\u200F\u061C',
  'zero\u200B\u200D\uFEFFwidth',
  ']]>',
  '<![CDATA[',
  '\n::error::injected',
  '::set-env name=PATH::/tmp',
  ' ::add-mask::x',
  '##vso[task.setvariable variable=x]y',
  '##[error]x',
  "##teamcity[testFailed name='x']",
  '[[ATTACHMENT|/etc/passwd]]',
  '[[property|a=b]]',
  '</script><script>alert(1)</script>',
  '</style><img src=x onerror=alert(1)>',
  '" onmouseover="alert(1)',
  "'; rm -rf / #",
  '$(reboot)`reboot`',
  '```\n# heading\n````',
  '`a``b```c',
  '| cell | cell |',
  '[link](javascript:alert(1))',
  '![x](http://evil.example/x.png)',
  'https://evil.example @someone',
  '\uFFFE\uFFFF',
  '\uD800 and \uDC00',
  '\u2028\u2029\u0085',
  '\u0000\u0001\u007f',
  '%0A::error::x',
  '\n\n---\n\n',
  '1. one\n- two\n# three',
] as const;

/** Any text: hostile pieces and any UTF-16 units at all, lone surrogates too. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 4 })
        .map((units) => String.fromCharCode(...units)),
      fc.constantFrom('a', ' ', '\n', '\t', '"', '&', '<', '#', ':', '[', '\u001b'),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));

/** Members that poscert itself writes: a client can't reach them. */
const OURS = new Set([
  'verdict',
  'state',
  'kind',
  'level',
  'tier',
  'mark',
  'driver',
  'outcome',
  'origin',
  'startedAt',
  'finishedAt',
  'code',
  'obligation',
  'feature',
  'lane',
]);

/** The report with `text` in every text that may come from outside; ids stay different from one another. */
export function poisoned(report: RunReport, text: string): RunReport {
  const walk = (value: unknown, name: string): unknown => {
    if (typeof value === 'string') return OURS.has(name) ? value : `${text}${value}${text}`;
    if (Array.isArray(value)) return value.map((one) => walk(one, name));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, key)]));
  };
  return { ...(walk(report, '') as RunReport), target: report.target };
}
