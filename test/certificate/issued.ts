import { issue, type Issued, type IssueInput } from '../../src/certificate/issue.ts';
import { readSigner, type Signer } from '../../src/certificate/keys.ts';
import type { Statement } from '../../src/model/certificate.ts';
import type { Config, Driver } from '../../src/model/config.ts';
import type { CaseReport, RunReport } from '../../src/model/run.ts';
import { certificateHtml } from '../../src/report/certificate-html.ts';
import { sha256Hex } from '../../src/std/bytes.ts';
import { configIn } from './certified.ts';

/* A certificate of a run that never was: fixed key, clock and serial, so that the same bytes come out every time. */

/** A key for tests alone; it is worth nothing. */
export const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
`;

export function testSigner(): Signer {
  const read = readSigner(TEST_KEY);
  if (!read.ok) throw new Error(read.code);
  return read.signer;
}

function caseOf(id: string, more: Partial<CaseReport> = {}): CaseReport {
  const feature = id.split('/')[0] ?? '';
  return {
    id,
    feature,
    title: id,
    why: '',
    tier: 'certification',
    mark: 'documented',
    source: [],
    file: `${id}.yaml`,
    lane: feature,
    verdict: 'passed',
    steps: [],
    findings: [],
    durationMs: 10,
    attempts: 1,
    ...more,
  };
}

/** A run of onboarding and payments that passed. */
export function reportOf(
  more: { driver?: Driver; cases?: readonly CaseReport[] } & Partial<Omit<RunReport, 'cases'>> = {},
): RunReport {
  const { driver = 'process', cases = [], ...rest } = more;
  return {
    schemaVersion: 1,
    tool: { name: 'poscert', version: '1.0.0' },
    run: '20261121-080000-00defc',
    startedAt: '2026-11-21T08:00:00.000Z',
    finishedAt: '2026-11-21T08:00:10.250Z',
    durationMs: 10_250,
    client: {
      driver,
      configuredName: 'Acme POS',
      name: 'acme-till',
      version: '2.4.1',
      declaredVersion: '2.4.1',
      behaviours: ['cancelsOnRestart'],
    },
    pack: { id: 'pos-v10', version: '1.0.0', digest: sha256Hex(LISTING) },
    target: 'embedded',
    features: ['onboarding', 'payments'],
    tier: 'certification',
    partial: false,
    verdict: 'passed',
    exitCode: 0,
    cases: [
      caseOf('onboarding/create-a-pos'),
      caseOf('payments/complete-a-payment'),
      caseOf('payments/partial-capture', {
        verdict: 'not applicable',
        reason: { code: 'behaviour-excludes', data: { behaviour: 'capturesInFull' } },
      }),
      ...cases,
    ],
    obligations: [],
    findings: [],
    exchanges: [],
    counts: {},
    time: { clientMs: 1, oursMs: 1, longestLaneMs: 1 },
    warnings: [],
    ...rest,
  };
}
export { caseOf };

export const LISTING = `${'a'.repeat(64)}  onboarding/01-create-a-pos.yaml\n${'b'.repeat(64)}  pack.yaml\n`;

interface Given {
  readonly report?: RunReport;
  readonly client?: Partial<Config['client']>;
  readonly config?: Partial<Config>;
  readonly unsigned?: boolean;
  readonly mayLack?: readonly string[];
}

export function issueInput(given: Given = {}): IssueInput {
  const base = configIn('/project');
  const config = { ...base, ...given.config };
  const signer = testSigner();
  return {
    report: given.report ?? reportOf(),
    config: { ...config, client: { ...config.client, ...given.client } },
    serial: '51f822c7-85a3-474f-94fc-689e08057dc1',
    journal: { records: 11, head: '5'.repeat(64), digest: '0'.repeat(64) },
    nonce: 'dca6115571f1982b3e2209c9fb98328c',
    node: 'v20.20.2',
    packListing: LISTING,
    mayLack: given.mayLack ?? [],
    page: certificateHtml,
    ...(given.unsigned === true ? {} : { signer: () => signer }),
  };
}

/** What was issued, with the statement that was signed. */
export function issued(given: Given = {}): {
  made: Extract<Issued, { kind: 'certificate' }>;
  statement: Statement;
  text: (name: string) => string;
} {
  const made = issue(issueInput(given));
  if (made.kind === 'none') throw new Error(made.code);
  const text = (name: string): string => {
    const found = made.files.find((file) => file.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found.text;
  };
  return { made, statement: JSON.parse(text('certificate.statement.json')) as Statement, text };
}
