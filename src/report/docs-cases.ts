import type { Case } from '../model/case.ts';
import { duration, plural } from '../words/phrases.ts';
import { demandsOf, expectedMs, sourceAddress, type PackFacts } from './demands.ts';
import { diagramOf } from './docs-diagram.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import { MARKS } from './summary.ts';

/** The page of one feature: what it is for, its cases in order, each with what happens as a diagram. */
export function casesPage(pack: PackFacts, feature: PackFacts['features'][number]): string {
  const cases = pack.cases.filter((one) => one.feature === feature.id);
  const also = feature.aliases.length === 0 ? '' : ` (also ${feature.aliases.map(markdownCode).join(', ')})`;
  return [
    `# ${markdownText(feature.title)}`,
    '',
    `${markdownText(feature.why)} Selected with ${markdownCode(`--features ${feature.id}`)}${also}${feature.mandatory ? '; part of every run, and first' : ''}.`,
    '',
    '| case | what | tier | how we know |',
    '| --- | --- | --- | --- |',
    ...cases.map(
      (one) =>
        `| [${one.id.slice(feature.id.length + 1)}](#${anchor(one.title)}) | ${markdownText(one.title)} | ${one.tier} | ${one.mark} |`,
    ),
    '',
    ...cases.flatMap((one) => caseSection(pack, one)),
  ].join('\n');
}

function caseSection(pack: PackFacts, one: Case): string[] {
  const { commands, restart, kill } = demandsOf(pack, one);
  const duties = pack.obligations.filter(
    (duty) => duty.unobservable === undefined && duty.provedBy.includes(one.id),
  );
  const needs = [
    commands.map(markdownCode).join(', '),
    ...(kill ? ['to be killed'] : restart ? ['to be restarted'] : []),
  ];
  return [
    `## ${markdownText(one.title)}`,
    '',
    `${markdownCode(one.id)}: ${markdownText(one.why)}`,
    '',
    `- Tier: ${one.tier === 'certification' ? 'certification, it decides the certificate' : 'hardening, run with `--tier all`'}`,
    `- Sources: ${one.source.map((source) => sourceLink(pack, source)).join(', ')}; ${markdownText(MARKS[one.mark])}`,
    `- Asks of a client: ${needs.join('; ')}. It takes about ${duration(expectedMs(pack, one))}.`,
    ...(duties.length === 0
      ? []
      : [`- Proves ${duties.map((duty) => `[${duty.id}](../obligations/${duty.id}.md)`).join(', ')}`]),
    ...(one.after === undefined ? [] : [`- Continues ${markdownCode(one.after)}`]),
    ...(one.unless === undefined
      ? []
      : [`- Not for clients that declare ${markdownCode(one.unless.behaviour)}`]),
    ...(one.leaves.length === 0
      ? []
      : [`- Leaves ${plural(one.leaves.length, 'thing')} unfinished: ${one.leaves.join(', ')}`]),
    ...(Object.keys(one.needs).length === 0
      ? []
      : [`- Made before it: ${Object.keys(one.needs).map(markdownCode).join(', ')}`]),
    `- Alone: ${markdownCode(`poscert run --case ${one.id}`)}`,
    '',
    '```mermaid',
    diagramOf(one),
    '```',
    '',
  ];
}

/** A source as a link, where the pack knows the document. */
export function sourceLink(pack: PackFacts, source: string): string {
  const address = sourceAddress(pack, source);
  return address === undefined ? markdownCode(source) : `[${markdownText(source)}](${address})`;
}

/** The anchor that GitHub gives a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
