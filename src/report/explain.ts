import { nearest } from '../model/nearest.ts';
import type { Obligation } from '../model/obligation.ts';
import { EXIT_CODES } from '../words/exit-codes.ts';
import { hasWords, knownCodes, wordsFor } from '../words/words.ts';
import { demandsOf, type PackFacts } from './demands.ts';
import { caseExplained, sourceLines } from './explain-case.ts';
import { EMPTY, fixed, flowing, labelled, paint, span, type Line } from './lines.ts';
import type { ReportOptions } from './options.ts';

/** What `explain` has to say, or the nearest id to one that nothing has. */
export type Explained =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unknown'; readonly nearest?: string };

/**
 * `poscert explain ID`: a case (also by its last part), an obligation (also by its number), a code of a finding or an error, an error code of
 * the API, a feature, a command, `exit-codes` or one exit code, `codes`.
 */
export function explainText(
  pack: PackFacts,
  id: string,
  options: Pick<ReportOptions, 'color' | 'width'>,
): Explained {
  const blocks = explanations(pack, id.trim());
  if (blocks.length > 0)
    return {
      kind: 'text',
      text: paint(
        blocks.flatMap((block, index) => (index === 0 ? block : [EMPTY, ...block])),
        options,
      ),
    };
  const near = nearest(id, namesOf(pack));
  return { kind: 'unknown', ...(near === undefined ? {} : { nearest: near }) };
}

/** Everything that has the name: an obligation and the code of its finding may share one. */
function explanations(pack: PackFacts, id: string): Line[][] {
  const duties = pack.obligations.filter(
    (one) => one.id === id || one.number?.toLowerCase() === id.toLowerCase(),
  );
  const feature = pack.features.find((one) => one.id === id || one.aliases.includes(id));
  return [
    ...pack.cases
      .filter((one) => one.id === id || one.id.endsWith(`/${id}`))
      .map((one) => caseExplained(pack, one)),
    ...duties.map((duty) => dutyLines(pack, duty)),
    ...(hasWords(id) ? [codeLines(id)] : []),
    ...errorLines(pack, id),
    ...(feature === undefined ? [] : [featureLines(pack, feature)]),
    ...(Object.hasOwn(pack.vocabulary.commands, id) ? [commandLines(pack, id)] : []),
    ...exitLines(id),
    ...(id === 'codes' ? [codesLines()] : []),
  ];
}

function namesOf(pack: PackFacts): readonly string[] {
  return [
    ...pack.cases.flatMap((one) => [one.id, one.id.slice(one.id.indexOf('/') + 1)]),
    ...pack.obligations.map((one) => one.id),
    ...pack.features.map((one) => one.id),
    ...Object.keys(pack.vocabulary.commands),
    ...Object.keys(pack.errors),
    ...knownCodes(),
    'exit-codes',
    'codes',
  ];
}

function dutyLines(pack: PackFacts, duty: Obligation): Line[] {
  const number = duty.number === undefined ? '' : `, ${duty.number} of the reference`;
  const level =
    duty.level === 'must' ? 'must: breaking it fails the case' : 'should: breaking it marks the case';
  return [
    flowing(0, 2, span(duty.id, 'accent'), '  ', span(duty.title, 'strong')),
    EMPTY,
    flowing(2, 2, duty.text.trim()),
    EMPTY,
    labelled(2, 'level', `${level}${number}`),
    ...sourceLines(pack, duty.source),
    ...(duty.usually === undefined ? [] : [labelled(2, 'usually', duty.usually.trim())]),
    ...(duty.remedy === undefined ? [] : [labelled(2, 'to do', duty.remedy.trim())]),
    ...(duty.features.length === 0 ? [] : [labelled(2, 'features', duty.features.join(', '))]),
    ...(duty.provedBy.length === 0 ? [] : [labelled(2, 'proved by', duty.provedBy.join(', '))]),
    ...(duty.unobservable === undefined ? [] : [labelled(2, 'not seen', duty.unobservable.trim())]),
  ];
}

/** A code without data at hand: what is said of it in general. */
function codeLines(code: string): Line[] {
  const { title, cause, remedy } = wordsFor(code, {});
  return [
    flowing(0, 2, span(code, 'accent')),
    EMPTY,
    flowing(2, 2, title),
    ...(cause === undefined && remedy === undefined ? [] : [EMPTY]),
    ...(cause === undefined ? [] : [labelled(2, 'likely', cause)]),
    ...(remedy === undefined ? [] : [labelled(2, 'to do', remedy)]),
  ];
}

/** What the API means by a code in its answers, and what of it a client is held to. */
function errorLines(pack: PackFacts, id: string): Line[][] {
  const error = Object.hasOwn(pack.errors, id) ? pack.errors[id] : undefined;
  if (error === undefined) return [];
  const source = `endpoint_errors#${id}`;
  const duties = pack.obligations.filter((one) => one.source.includes(source));
  const cases = pack.cases.filter((one) => one.source.includes(source));
  return [
    [
      flowing(0, 2, span(id, 'accent'), span('  an error code of the API', 'dim')),
      EMPTY,
      flowing(2, 2, error.message, span(' (in our words: none were published)', 'dim')),
      EMPTY,
      labelled(2, 'status', String(error.status)),
      ...sourceLines(pack, [source]),
      ...(duties.length === 0 ? [] : [labelled(2, 'duties', duties.map((one) => one.id).join(', '))]),
      ...(cases.length === 0 ? [] : [labelled(2, 'cases', cases.map((one) => one.id).join(', '))]),
      labelled(
        2,
        'to do',
        error.status >= 500
          ? 'Send the same request again, about twice and with a pause, before giving up.'
          : 'Send nothing again as it is: what is refused with 4xx is refused once more. Mend the request, or look at what stands in its way.',
      ),
    ],
  ];
}

function featureLines(pack: PackFacts, feature: PackFacts['features'][number]): Line[] {
  const cases = pack.cases.filter((one) => one.feature === feature.id);
  const commands = [...new Set(cases.flatMap((one) => demandsOf(pack, one).commands))].sort();
  return [
    flowing(0, 2, span(feature.id, 'accent'), '  ', span(feature.title, 'strong')),
    EMPTY,
    flowing(2, 2, feature.why),
    EMPTY,
    ...(feature.mandatory ? [labelled(2, 'selected', 'always, and first')] : []),
    labelled(2, 'needs', commands.join(', ')),
    ...cases.map((one, index) =>
      fixed(2, span((index === 0 ? 'cases' : '').padEnd(12), 'dim'), one.id, span(`  ${one.title}`, 'dim')),
    ),
  ];
}

function commandLines(pack: PackFacts, command: string): Line[] {
  const shape = pack.vocabulary.commands[command];
  const cases = pack.cases.filter((one) => demandsOf(pack, one).commands.includes(command));
  return [
    flowing(0, 2, span(command, 'accent'), span('  a command of the client protocol', 'dim')),
    EMPTY,
    flowing(2, 2, shape?.does ?? ''),
    EMPTY,
    labelled(2, 'parameters', shapeMembers(shape?.params)),
    labelled(2, 'result', shapeMembers(shape?.result)),
    labelled(2, 'features', [...new Set(cases.map((one) => one.feature))].join(', ')),
  ];
}

/** Names of members, those that may be missing with a question mark, as the client protocol writes them. */
function shapeMembers(shape: PackFacts['vocabulary']['commands'][string]['params'] | undefined): string {
  const missing = new Set(shape?.safeParse({}).error?.issues.map((issue) => issue.path[0]) ?? []);
  const members = Object.keys(shape?.shape ?? {}).map((name) => (missing.has(name) ? name : `${name}?`));
  return members.length === 0 ? 'none' : members.join(', ');
}

function exitLines(id: string): Line[][] {
  const shown = EXIT_CODES.filter((one) => id === 'exit-codes' || id === String(one.code));
  if (shown.length === 0) return [];
  return [
    [
      flowing(0, 2, span('Exit codes', 'strong')),
      ...shown.map((one) =>
        flowing(
          2,
          20,
          span(String(one.code).padStart(3), 'accent'),
          `  ${one.name.padEnd(13)}${one.meaning}`,
        ),
      ),
      ...(id === 'exit-codes'
        ? [EMPTY, flowing(2, 2, 'Where several apply: 130 before 4 before 1 before 3.')]
        : []),
    ],
  ];
}

function codesLines(): Line[] {
  return [
    flowing(0, 2, span('Codes of findings, errors and reasons', 'strong')),
    flowing(2, 2, knownCodes().join(', ')),
  ];
}
