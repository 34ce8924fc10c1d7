import { operatorPlan, type OperatorPlan } from '../certify.ts';
import { readAnswers } from '../config/answers.ts';
import type { Case } from '../model/case.ts';
import type { Config } from '../model/config.ts';
import type { Answer } from '../model/operator.ts';
import type { NeedShape } from '../model/pack.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import type { Attended } from '../model/recording.ts';
import { wordsFor } from '../words/words.ts';
import type { Io } from './io.ts';
import { readText, type Flags } from './settings.ts';

/** Who takes part in a run beside the client's program, and what they know. */
export interface Attendance {
  readonly attended: readonly Attended[];
  readonly answers: readonly Answer[] | undefined;
  /** What a remote sandbox knows the client by. */
  readonly clientSecret: string | undefined;
}

/**
 * Says up front what a person will have to do. Somebody is needed at the till with driver operator; against a remote sandbox somebody acts as the
 * customer where there is a terminal, a page or a file of answers.
 */
export function attendance(
  config: Config,
  flags: Flags,
  io: Io,
  cases: readonly Case[],
  shapes: Readonly<Record<string, NeedShape>>,
): Parsed<Attendance> {
  const problems: Problem[] = [];
  const { client, target } = config;
  const secret = target.kind === 'remote' ? secretOf(target.clientSecret, io, problems) : undefined;
  const given = config.answersFile === undefined ? undefined : readAnswers(config.answersFile, readText);
  if (given?.ok === false) problems.push(...given.problems);
  const till = client.driver === 'operator';
  if (till && (client.name === undefined || client.version === undefined))
    problems.push({ code: 'operator-without-version', data: {} });
  if (problems.length > 0) return { ok: false, problems };
  const reachable = given !== undefined || flags['ui'] === true || atTerminal(io);
  const customer = target.kind === 'remote' && target.testUsers !== true && (till || reachable);
  const attended: Attended[] = [
    ...(till ? ['commands' as const] : []),
    ...(customer ? ['customer' as const] : []),
  ];
  if (attended.length > 0) announce(operatorPlan(cases, shapes, attended), io);
  const answers = given?.ok === true ? given.value : undefined;
  return { ok: true, value: { attended, answers, clientSecret: secret }, warnings: [] };
}

function atTerminal(io: Io): boolean {
  return io.errIsTerminal && io.input?.isTTY === true && (io.env['CI'] ?? '') === '';
}

function secretOf(
  reference: Extract<Config['target'], { kind: 'remote' }>['clientSecret'],
  io: Io,
  problems: Problem[],
): string | undefined {
  if ('env' in reference) {
    const value = io.env[reference.env];
    if (value !== undefined && value !== '') return value;
    problems.push({ code: 'secret-missing', data: { variable: reference.env } });
    return undefined;
  }
  const unreadable = (message: string): undefined => {
    problems.push({ code: 'secret-unreadable', data: { file: reference.file, message } });
    return undefined;
  };
  try {
    // An editor ends a file with a line end, a secret does not.
    const text = readText(reference.file)?.replace(/\r?\n$/, '');
    return text === undefined || text === '' ? unreadable('there is nothing in it') : text;
  } catch (thrown) {
    return unreadable(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function announce(plan: OperatorPlan, io: Io): void {
  const busy = plan.cases.filter((one) => one.sentences.length > 0);
  const things = busy.reduce((sum, one) => sum + one.sentences.length, 0);
  const questions = busy.reduce((sum, one) => sum + one.questions, 0);
  const minutes = Math.max(1, Math.round(plan.seconds / 60));
  const lines = busy.flatMap((one) => [
    `  ${one.case.title} (${one.case.id})`,
    ...one.sentences.map(({ code, data }) => `    ${wordsFor(code, data).title}`),
  ]);
  io.err(
    [
      `What a person will be asked to do: ${things} things and ${questions} questions in ${busy.length} cases, about ${minutes} min.`,
      ...lines,
      'One sentence at a time; the traffic shows most of what is done. Where the till chooses a number itself, its own is taken.',
      '',
      '',
    ].join('\n'),
  );
}
