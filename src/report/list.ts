import type { Case } from '../model/case.ts';
import { duration, plural } from '../words/phrases.ts';
import { demandsOf, expectedMs, type PackFacts } from './demands.ts';
import { jsonText } from './json-text.ts';
import { EMPTY, fixed, flowing, labelled, paint, span, type Line } from './lines.ts';
import type { ReportOptions } from './options.ts';

/** `poscert list`: features, their cases and tiers, what each feature needs of a client, how long a run lasts. */
export function listText(
  pack: PackFacts,
  features: readonly string[],
  options: Pick<ReportOptions, 'color' | 'width'>,
): string {
  const shown = pack.features.filter((feature) => features.includes(feature.id));
  const cases = pack.cases.filter((one) => features.includes(one.feature));
  return paint(
    [
      flowing(0, 2, span(pack.title, 'strong'), span(`  pack ${pack.id} ${pack.version}`, 'dim')),
      ...shown.flatMap((feature) => featureLines(pack, feature)),
      EMPTY,
      ...lengthLines(pack, cases),
      ...groupLines(pack),
    ],
    options,
  );
}

function featureLines(pack: PackFacts, feature: PackFacts['features'][number]): Line[] {
  const cases = pack.cases.filter((one) => one.feature === feature.id);
  const width = Math.max(0, ...cases.map((one) => slug(one).length));
  const commands = [...new Set(cases.flatMap((one) => demandsOf(pack, one).commands))].sort();
  const names = feature.aliases.length === 0 ? '' : `  also ${feature.aliases.join(', ')}`;
  return [
    EMPTY,
    flowing(
      0,
      2,
      span(feature.id, 'accent'),
      span(feature.mandatory ? '  always part of a run' : names, 'dim'),
    ),
    flowing(2, 2, feature.why),
    ...cases.map((one) =>
      fixed(
        2,
        span(one.tier === 'certification' ? '● ' : '○ ', one.tier === 'certification' ? 'good' : 'dim'),
        slug(one).padEnd(width),
        `  ${one.title}`,
        span(noteOf(pack, one), 'dim'),
      ),
    ),
    labelled(2, 'needs', span(commands.join(', '), 'dim')),
  ];
}

function slug(one: Case): string {
  return one.id.slice(one.id.indexOf('/') + 1);
}

function noteOf(pack: PackFacts, one: Case): string {
  const { kill, restart } = demandsOf(pack, one);
  const notes = [
    ...(kill ? ['kills the client'] : restart ? ['restarts the client'] : []),
    ...(one.unless === undefined ? [] : [`not with ${one.unless.behaviour}`]),
    ...(one.after === undefined ? [] : [`after ${one.after}`]),
    ...(pack.mayLackRemote.includes(one.id) ? ['embedded sandbox only'] : []),
  ];
  return notes.length === 0 ? '' : `  (${notes.join('; ')})`;
}

/** Features run side by side, so that a run lasts as long as its longest feature. */
function lengthLines(pack: PackFacts, cases: readonly Case[]): Line[] {
  const tiers = [
    ['certification', cases.filter((one) => one.tier === 'certification')],
    ['with hardening', cases],
  ] as const;
  return [
    flowing(0, 2, span('●', 'good'), ' decides the certificate   ○ hardening, with --tier all'),
    ...tiers.map(([name, selected]) => {
      const { longest, total } = lengthOf(pack, selected);
      return flowing(
        0,
        2,
        `${name.padEnd(14)}  ${plural(selected.length, 'case')}, about ${duration(longest)} with all features side by side, ${duration(total)} one after another`,
      );
    }),
    flowing(
      0,
      2,
      span(
        'The times are those of a client that waits five seconds for an answer and a second before a retry.',
        'dim',
      ),
    ),
  ];
}

function lengthOf(
  pack: PackFacts,
  cases: readonly Case[],
): { readonly longest: number; readonly total: number } {
  const lanes = [...new Set(cases.map((one) => one.feature))].map((feature) =>
    cases.filter((one) => one.feature === feature).reduce((sum, one) => sum + expectedMs(pack, one), 0),
  );
  return { longest: Math.max(0, ...lanes), total: lanes.reduce((sum, lane) => sum + lane, 0) };
}

function groupLines(pack: PackFacts): Line[] {
  const groups = Object.entries(pack.groups);
  return groups.length === 0
    ? []
    : [
        EMPTY,
        ...groups.map(([name, members]) =>
          flowing(0, 2, span(name, 'accent'), ` stands for ${members.join(', ')}`),
        ),
      ];
}

/** `poscert list --json`: the same for programs. */
export function listJson(pack: PackFacts, features: readonly string[]): string {
  const cases = pack.cases.filter((one) => features.includes(one.feature));
  return `${jsonText(
    {
      pack: { id: pack.id, title: pack.title, version: pack.version, digest: pack.digest },
      features: pack.features.filter((feature) => features.includes(feature.id)),
      groups: pack.groups,
      cases: cases.map((one) => {
        const { commands, restart, kill } = demandsOf(pack, one);
        return {
          id: one.id,
          feature: one.feature,
          title: one.title,
          tier: one.tier,
          mark: one.mark,
          source: one.source,
          file: one.file,
          ...(one.after === undefined ? {} : { after: one.after }),
          ...(one.unless === undefined ? {} : { unless: one.unless }),
          commands,
          restart,
          kill,
          mayLackRemote: pack.mayLackRemote.includes(one.id),
          obligations: pack.obligations
            .filter((duty) => duty.provedBy.includes(one.id))
            .map((duty) => duty.id),
          expectedMs: expectedMs(pack, one),
        };
      }),
      obligations: pack.obligations
        .filter(
          (duty) => duty.features.length === 0 || duty.features.some((feature) => features.includes(feature)),
        )
        .map(({ id, title, level, features: exercised, provedBy, source, unobservable }) => ({
          id,
          title,
          level,
          features: exercised,
          provedBy,
          source,
          observable: unobservable === undefined,
        })),
    },
    2,
  )}\n`;
}
