import { relative } from 'node:path';
import { gate, type GateAnswer, type GateQuestion, type Verification } from '../audit.ts';
import { resolveFeatures, shippedPack } from '../inspect.ts';
import type { Problem } from '../model/problem.ts';
import { problemsText } from '../report/problems.ts';
import { oneLine } from '../report/terminal-text.ts';
import { exitCode } from '../words/exit-codes.ts';
import { breakDown, refuse } from './failure.ts';
import type { Io } from './io.ts';
import { settings, type Flags } from './settings.ts';
import type { SigningSecrets } from './signing.ts';
import { PACK_FOLDER, type Tool } from './tool.ts';
import { trustedKeys } from './trust.ts';
import { judgedLines } from './verify.ts';

const VERSION = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/;

/** `poscert gate VERSION`: whether a certificate covers a version, features and client. 0 covered, 1 not, 2 usage, 4 a certificate is broken. */
export async function gateCommand(
  version: string | undefined,
  flags: Flags,
  io: Io,
  tool: Tool,
  secrets: SigningSecrets,
): Promise<number> {
  const { certificates, config } = flags;
  const resolved = settings(
    { ...(certificates === undefined ? {} : { certificates }), ...(config === undefined ? {} : { config }) },
    io,
  );
  const pack = shippedPack(PACK_FOLDER);
  if (!resolved.ok) return refuse(resolved.problems, io);
  if (!pack.ok) return refuse(pack.problems, io);
  const { config: settled } = resolved.value;
  const wanted = versionOf(version, text(flags, 'version'));
  const features = resolveFeatures(
    pack.value,
    (flags['features'] as string[] | undefined) ?? settled.features,
  );
  const problems = [...('code' in wanted ? [wanted] : []), ...(features.ok ? [] : features.problems)];
  const trusted = await trustedKeys(text(flags, 'trust') ?? settled.certificate.trust, io, secrets);
  if (!trusted.ok) return refuse([...problems, ...trusted.problems], io);
  if ('code' in wanted || !features.ok) return refuse(problems, io);
  const question: GateQuestion = {
    version: wanted.version,
    features: features.value,
    ...given('name', text(flags, 'clientName') ?? settled.client.name),
    ...given('clientId', text(flags, 'clientId')),
    ...given('environment', text(flags, 'environment') as GateQuestion['environment']),
    ...given('minAssurance', text(flags, 'minAssurance') as GateQuestion['minAssurance']),
    ...given('tier', text(flags, 'tier') as GateQuestion['tier']),
    ...given('minPack', text(flags, 'minPack')),
    allowDemo: flags['allowDemo'] === true,
  };
  try {
    const store = settled.certificate.folder;
    const answer = await gate(store, question, trusted.value, { pack: pack.value, version: tool.version });
    if (question.name === undefined && answer.names.length > 1)
      return refuse([{ code: 'gate-whose', data: { names: [...answer.names] } }], io);
    if (flags['json'] === true) io.out(`${JSON.stringify(asJson(question, answer), null, 2)}\n`);
    else show(question, answer, store, io);
    if (answer.covering.length > 0) return exitCode('passed');
    return answer.broken.length > 0 ? exitCode('error') : exitCode('failed');
  } catch (thrown) {
    return breakDown(thrown, io);
  }
}

function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}

function versionOf(
  argument: string | undefined,
  flag: string | undefined,
): { readonly version: string } | Problem {
  if (argument !== undefined && flag !== undefined && argument !== flag)
    return { code: 'gate-two-versions', data: { versions: [argument, flag] } };
  const version = argument ?? flag;
  if (version === undefined) return { code: 'gate-no-version', data: {} };
  return VERSION.test(version) ? { version } : { code: 'gate-version-form', data: { version } };
}

function asJson(question: GateQuestion, answer: GateAnswer): unknown {
  const brief = (one: Verification): object => ({
    folder: one.folder,
    ...(one.statement === undefined ? {} : { serial: one.statement.predicate.poscertCertificate.serial }),
    ...(one.assurance === undefined ? {} : { assurance: one.assurance }),
  });
  return {
    covered: answer.covering.length > 0,
    question,
    covering: answer.covering.map(brief),
    others: answer.others.map((one) => ({ ...brief(one.certificate), gaps: one.gaps })),
    broken: answer.broken.map((one) => ({ ...brief(one), problems: one.problems })),
  };
}

/** What was found goes to stdout, what to look at to stderr. */
function show(question: GateQuestion, answer: GateAnswer, store: string, io: Io): void {
  const look = { color: io.color.err, width: io.width };
  const place = (one: Verification): string => oneLine(relative(io.cwd, one.folder) || '.');
  for (const one of answer.broken) {
    io.err(`broken or altered: ${place(one)}\n`);
    io.err(problemsText(one.problems, 'error', look));
  }
  const [covering] = answer.covering;
  const what = oneLine(
    `${question.name ?? answer.names[0] ?? 'the client'} ${question.version}, ${question.features.join(', ')}`,
  );
  if (covering !== undefined) {
    io.out(`covered: ${what}\n  by ${place(covering)} (assurance ${covering.assurance ?? 'self'})\n`);
    if (covering.judged !== undefined && covering.judged.otherwise.length > 0)
      io.out(`${judgedLines(covering.judged).map(oneLine).join('\n')}\n`);
    return;
  }
  io.out(`not covered: ${what}\n`);
  if (answer.others.length + answer.broken.length === 0)
    io.err(
      problemsText(
        [{ code: 'gate-nothing-there', data: { folder: relative(io.cwd, store) || '.' } }],
        'error',
        look,
      ),
    );
  for (const one of answer.others.slice(0, 3)) {
    io.err(`${place(one.certificate)}:\n`);
    io.err(problemsText(one.gaps, 'error', look));
  }
  if (answer.others.length > 3)
    io.err(`and ${answer.others.length - 3} more certificates that do not cover it\n`);
  const tier = question.tier === 'all' ? ' --tier all' : '';
  io.out(`to certify it, run: poscert run --features ${question.features.join(',')}${tier}\n`);
}
