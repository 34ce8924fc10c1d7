import type { Obligation } from '../model/obligation.ts';
import type { PackFacts } from './demands.ts';
import { anchor, sourceLink } from './docs-cases.ts';
import { markdownBlock, markdownCode, markdownText } from './markdown-text.ts';

/** Traffic by which the rule of an obligation is known to be right. */
export interface TrafficExample {
  readonly what: string;
  readonly lines: readonly string[];
  /** The codes of what is found in it, with their level. */
  readonly finds: readonly string[];
}

/** Obligation to its examples: nothing found in `right`, something in `wrong`. */
export type TrafficExamples = Readonly<
  Record<string, { readonly right: readonly TrafficExample[]; readonly wrong: readonly TrafficExample[] }>
>;

/** The page of one obligation: the duty, where it is stated, how it is usually broken, right and wrong traffic. */
export function obligationPage(pack: PackFacts, duty: Obligation, examples: TrafficExamples): string {
  const own = Object.hasOwn(examples, duty.id) ? examples[duty.id] : undefined;
  const level =
    duty.level === 'must' ? 'Must: breaking it fails the case.' : 'Should: breaking it marks the case.';
  return [
    `# ${markdownText(duty.title)}`,
    '',
    `${markdownCode(duty.id)}${duty.number === undefined ? '' : `, ${duty.number}`}. ${level}`,
    '',
    markdownText(duty.text.trim()),
    '',
    `Stated in ${duty.source.map((source) => sourceLink(pack, source)).join(', ')}.`,
    '',
    ...(duty.usually === undefined
      ? []
      : [`**How it is usually broken.** ${markdownText(duty.usually.trim())}`, '']),
    ...(duty.remedy === undefined ? [] : [`**What to do.** ${markdownText(duty.remedy.trim())}`, '']),
    ...(duty.unobservable === undefined
      ? []
      : [
          `**No traffic shows it.** ${markdownText(duty.unobservable.trim())} It is listed in every report and never counted.`,
          '',
        ]),
    ...(duty.provedBy.length === 0
      ? []
      : [`**Proved by** ${duty.provedBy.map((id) => caseLink(pack, id)).join(', ')}.`, '']),
    ...(own === undefined ? [] : [...section('Right', own.right), ...section('Wrong', own.wrong)]),
  ].join('\n');
}

function section(title: string, examples: readonly TrafficExample[]): string[] {
  if (examples.length === 0) return [];
  return [
    `## ${title}`,
    '',
    ...examples.flatMap(({ what, lines, finds }) => [
      `${markdownText(what.charAt(0).toUpperCase() + what.slice(1))}${finds.length === 0 ? '.' : ` (${[...new Set(finds)].map(markdownCode).join(', ')}).`}`,
      '',
      markdownBlock(lines.join('\n')),
      '',
    ]),
  ];
}

function caseLink(pack: PackFacts, id: string): string {
  const one = pack.cases.find((candidate) => candidate.id === id);
  if (one === undefined) return markdownCode(id);
  return `[${id}](../cases/${one.feature}.md#${anchor(one.title)})`;
}

/** All obligations in one table: those that traffic shows first. */
export function obligationsIndex(pack: PackFacts): string {
  const row = (duty: Obligation): string =>
    `| [${duty.id}](${duty.id}.md) | ${markdownText(duty.title)} | ${duty.level} | ${duty.number ?? ''} |`;
  const head = ['| obligation | what | level | reference |', '| --- | --- | --- | --- |'];
  return [
    '# Obligations',
    '',
    'The duties of a client, each with the document that states it. A rule judges each one by everything that was recorded, in every case.',
    '',
    ...head,
    ...pack.obligations.filter((duty) => duty.unobservable === undefined).map(row),
    '',
    '## What no traffic shows',
    '',
    'Stated all the same, listed in every report, and never counted.',
    '',
    ...head,
    ...pack.obligations.filter((duty) => duty.unobservable !== undefined).map(row),
    '',
  ].join('\n');
}
