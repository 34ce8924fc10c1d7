import { randomUUID } from 'node:crypto';
import { examine, nodeCheck, resolveFeatures, selectCases, shippedPack, type Demand } from '../inspect.ts';
import { diagnosisOf, type Area, type Check } from '../model/diagnosis.ts';
import type { Problem } from '../model/problem.ts';
import { demandsOf, type PackFacts } from '../report/demands.ts';
import { doctorJson, doctorText } from '../report/doctor.ts';
import { exitCode } from '../words/exit-codes.ts';
import { breakDown } from './failure.ts';
import type { Io } from './io.ts';
import { settings, type Config, type Flags } from './settings.ts';
import { findSigner, inCi, type SigningSecrets } from './signing.ts';
import { PACK_FOLDER, sdkCommand, type Tool } from './tool.ts';

/** `poscert doctor`: everything that could go wrong before the first case, a line each with its remedy; never a failed case. */
export async function doctorCommand(
  flags: Flags,
  io: Io,
  tool: Tool,
  secrets: SigningSecrets,
): Promise<number> {
  let checks: Check[];
  try {
    checks = [nodeCheck(tool.node), ...(await configured(flags, io, secrets))];
  } catch (thrown) {
    return breakDown(thrown, io);
  }
  if (io.signal.aborted) return exitCode('interrupted');
  const code = exitCode(diagnosisOf(checks));
  const look = { color: io.color.out, width: io.width };
  io.out(flags['json'] === true ? doctorJson(checks, code) : doctorText(checks, code, look));
  return code;
}

/** The lines of what is written; and, where that can be understood, of everything that it names. */
async function configured(flags: Flags, io: Io, secrets: SigningSecrets): Promise<Check[]> {
  const resolved = settings(flags, io);
  if (!resolved.ok) return asChecks('configuration', 'usage', resolved.problems);
  const { config } = resolved.value;
  const pack = shippedPack(PACK_FOLDER);
  if (!pack.ok) return asChecks('machine', 'error', pack.problems);
  const features = resolveFeatures(pack.value, config.features);
  const cases = features.ok ? selectCases(pack.value, features.value, config.tier, config.cases) : features;
  const checks = [
    ...configurationChecks(config),
    ...asChecks('configuration', 'warning', resolved.warnings),
    ...(cases.ok
      ? [selection(features.ok ? features.value : [], cases.value.length)]
      : asChecks('configuration', 'usage', cases.problems)),
  ];
  const facts: PackFacts = pack.value;
  const demands = (cases.ok ? cases.value : []).map((one): Demand => {
    const { commands } = demandsOf(facts, one);
    const unless = one.unless === undefined ? {} : { unless: one.unless.behaviour };
    return { feature: one.feature, commands, ...unless };
  });
  const environment = Object.fromEntries(
    Object.entries(io.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return [
    ...checks,
    ...(await examine({
      config,
      pack: pack.value,
      demands,
      environment,
      sdkCommand: sdkCommand(),
      ids: randomUUID,
      wallClock: Date.now,
      signal: io.signal,
    })),
    ...(await keyChecks(config, io, secrets)),
  ];
}

function asChecks(area: Area, state: Check['state'], problems: readonly Problem[]): Check[] {
  return problems.map((problem) => ({ area, state, ...problem }));
}

function configurationChecks({ file, client }: Config): Check[] {
  if (file === undefined)
    return [{ area: 'configuration', state: 'warning', code: 'doctor-config-none', data: {} }];
  const members = (['name', 'version'] as const).filter((name) => client[name] === undefined);
  return [
    { area: 'configuration', state: 'ok', code: 'doctor-config', data: { file } },
    ...(members.length === 0
      ? []
      : [{ area: 'configuration', state: 'warning', code: 'doctor-unnamed', data: { members } } as const]),
  ];
}

function selection(features: readonly string[], cases: number): Check {
  return {
    area: 'configuration',
    state: 'ok',
    code: 'doctor-selection',
    data: { features: [...features], cases },
  };
}

/** Whether certificates are going to be signed: a run makes a person's key by itself, in CI it has to be handed over. */
async function keyChecks(config: Config, io: Io, secrets: SigningSecrets): Promise<Check[]> {
  const area = 'certificate';
  if (!config.certificate.wanted)
    return config.file === undefined
      ? []
      : [{ area, state: 'ok', code: 'doctor-certificate-none', data: {} }];
  const found = await findSigner(secrets, io);
  if (!found.ok) return asChecks(area, 'usage', found.problems);
  if (found.value !== undefined)
    return [{ area, state: 'ok', code: 'doctor-key', data: { keyId: found.value.keyId } }];
  return [{ area, state: 'warning', code: inCi(io.env) ? 'keys-in-ci' : 'doctor-key-none', data: {} }];
}
