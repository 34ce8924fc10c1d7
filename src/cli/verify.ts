import { relative, resolve } from 'node:path';
import { verify, type Rejudged, type Verification } from '../audit.ts';
import { shippedPack } from '../inspect.ts';
import { problemsText } from '../report/problems.ts';
import { oneLine } from '../report/terminal-text.ts';
import { exitCode } from '../words/exit-codes.ts';
import { breakDown, refuse } from './failure.ts';
import type { Io } from './io.ts';
import { settings, type Flags } from './settings.ts';
import type { SigningSecrets } from './signing.ts';
import { PACK_FOLDER, type Tool } from './tool.ts';
import { trustedKeys } from './trust.ts';

/**
 * `poscert verify DIR|FILE`: signature, digests, chain, then every case verdict once more. Exit code 0: it can be relied on; 1: it is whole but not
 * to be relied on (another's key, unsigned); 4: broken or altered.
 */
export async function verifyCommand(
  path: string,
  flags: Flags,
  io: Io,
  tool: Tool,
  secrets: SigningSecrets,
): Promise<number> {
  const trustFile = typeof flags['trust'] === 'string' ? flags['trust'] : configuredTrust(io);
  const trusted = await trustedKeys(trustFile, io, secrets);
  const packFolder = typeof flags['pack'] === 'string' ? resolve(io.cwd, flags['pack']) : PACK_FOLDER;
  const pack = shippedPack(packFolder);
  if (!trusted.ok) return refuse(trusted.problems, io);
  if (!pack.ok) return refuse(pack.problems, io);
  try {
    const found = await verify(resolve(io.cwd, path), trusted.value, {
      pack: pack.value,
      version: tool.version,
    });
    if (found === undefined) return refuse([{ code: 'certificate-missing', data: { path } }], io);
    const digest = found.statement?.predicate.policy.digest.sha256;
    if (flags['pack'] !== undefined && digest !== undefined && digest !== pack.value.digest)
      return refuse([{ code: 'pack-other', data: { folder: packFolder } }], io);
    const readyToSign = flags['unsigned'] === true && isReadyToSign(found);
    if (flags['json'] === true) io.out(`${JSON.stringify(asJson(found), null, 2)}\n`);
    else show(found, io);
    if (flags['unsigned'] === true && !found.signed && !readyToSign && found.problems.length === 0)
      io.err(problemsText([{ code: 'not-to-be-signed', data: {} }], 'error', lookOf(io)));
    if (found.problems.length > 0) return exitCode('error');
    return found.verified || readyToSign ? exitCode('passed') : exitCode('failed');
  } catch (thrown) {
    return breakDown(thrown, io);
  }
}

/**
 * Whether somebody may sign it now: nothing is against it but that nobody has yet, all of it is at hand, and this version with this pack judged
 * it the same. Another version's word is not taken here: the client could have written it into the recording where it ran.
 */
function isReadyToSign({ doubts, leftOut, judged, testResult }: Verification): boolean {
  const open = doubts.filter((one) => one.code !== 'not-signed');
  return open.length === 0 && leftOut.length === 0 && testResult !== undefined && judged?.same === true;
}

/** The trust file that poscert.yaml names; a faulty configuration is no matter here. */
export function configuredTrust(io: Io): string | undefined {
  const read = settings({}, io);
  return read.ok ? read.value.config.certificate.trust : undefined;
}

function asJson(found: Verification): unknown {
  const own = found.statement?.predicate.poscertCertificate;
  return {
    verified: found.verified,
    folder: found.folder,
    problems: found.problems,
    doubts: found.doubts,
    ...(own === undefined
      ? {}
      : {
          serial: own.serial,
          client: own.client,
          features: own.features,
          tier: own.tier,
          ranBy: own.ranBy,
          issuer: found.statement?.predicate.verifier.id,
        }),
    signed: found.signed,
    ...(found.keyId === undefined ? {} : { keyId: found.keyId }),
    ...(found.assurance === undefined ? {} : { assurance: found.assurance }),
    ...(found.judged === undefined ? {} : { judged: found.judged }),
    leftOut: found.leftOut,
  };
}

function lookOf(io: Io): { readonly color: boolean; readonly width: number } {
  return { color: io.color.err, width: io.width };
}

function show(found: Verification, io: Io): void {
  const look = lookOf(io);
  io.out(
    lines(found, io)
      .map((line) => `${oneLine(line)}\n`)
      .join(''),
  );
  if (found.problems.length > 0) io.err(problemsText(found.problems, 'error', look));
  if (found.doubts.length > 0) io.err(problemsText(found.doubts, 'warning', look));
}

function lines(found: Verification, io: Io): string[] {
  const word =
    found.problems.length > 0
      ? 'broken or altered'
      : found.verified
        ? 'verified'
        : 'whole, but not to be relied on';
  const where = relative(io.cwd, found.folder);
  const first = `${word}: ${where === '' ? '.' : where}`;
  const { statement } = found;
  if (statement === undefined) return [first];
  const { poscertCertificate: own, verifier } = statement.predicate;
  const trust = found.signed ? `signed by ${found.keyId ?? '?'} for ${verifier.id}` : 'unsigned';
  return [
    first,
    `  ${own.title}: ${own.client.name} ${own.client.line} (tested ${own.client.version}), ${own.features.join(', ')}; tier ${own.tier}`,
    `  ${own.ranBy}`,
    `  issued ${statement.predicate.timeVerified}, serial ${own.serial}`,
    `  ${trust}; assurance ${found.assurance ?? own.assurance}`,
    ...(found.judged === undefined ? [] : judgedLines(found.judged)),
    ...(found.leftOut.length === 0 ? [] : [`  not at hand, so not compared: ${found.leftOut.join(', ')}`]),
  ];
}

/** `judged by 1.0; 1.2 would say …` (certificate.md). */
export function judgedLines(judged: Rejudged): string[] {
  const { by, certifiedBy, otherwise, cases } = judged;
  const other = by.poscert !== certifiedBy.poscert || !judged.same;
  if (otherwise.length === 0 && (judged.verdict === 'passed' || judged.same))
    return [
      `  judged again by poscert ${by.poscert}, ${by.pack}: ${cases} cases, all the same${other ? ` (certified by ${certifiedBy.poscert}, ${certifiedBy.pack})` : ''}`,
    ];
  return [
    `  judged by ${certifiedBy.poscert} (${certifiedBy.pack}); ${by.poscert} (${by.pack}) would say ${judged.verdict}`,
    ...otherwise.map((one) => `    ${one.case}: certified ${one.certified}, now ${one.now}`),
  ];
}
