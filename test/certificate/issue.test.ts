import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isLawfulName } from '../../src/certificate/claim.ts';
import { issue } from '../../src/certificate/issue.ts';
import {
  extensionSchema,
  REFERENCE_CLIENT,
  statementSchema,
  testResultSchema,
} from '../../src/model/certificate.ts';
import { caseOf, issueInput, issued, reportOf } from './issued.ts';

/* What is issued, to the letter. UPDATE=1 rewrites what is expected: then read the difference. */

describe.each([
  ['certificate-signed', {}],
  ['certificate-unsigned', { unsigned: true }],
  ['certificate-demo', { report: reportOf({ driver: 'sdk' }) }],
] as const)('%s', (name, given) => {
  const folder = new URL(`../golden/${name}/`, import.meta.url);
  const { made } = issued(given);
  it.each(made.files.map((file) => [file.name, file.text] as const))('%s', (file, text) => {
    if (process.env['UPDATE'] === '1') {
      mkdirSync(folder, { recursive: true });
      writeFileSync(new URL(file, folder), text);
    }
    expect(text).toBe(readFileSync(new URL(file, folder), 'utf8'));
  });
});

it('is the same every time for a fixed key, clock and serial', () => {
  expect(issued().made.files).toEqual(issued().made.files);
});

describe('the form', () => {
  const { statement, text, made } = issued();
  it('is closed and says who was run first', () => {
    expect(statementSchema.safeParse(statement).success).toBe(true);
    const own = statement.predicate.poscertCertificate;
    expect(extensionSchema.safeParse({ ...own, extra: 1 }).success).toBe(false);
    expect(own.title).toBe('self-certification statement');
    expect(own.ranBy).toContain('acme-till 2.4.1');
    expect(own.results.notApplicable).toEqual([
      { case: 'payments/partial-capture', reason: 'capturesInFull' },
    ]);
    expect(own.validity).toEqual({ notAfter: null, retraction: 'never-by-tool' });
  });
  it('has one claim per client id', () => {
    expect(text('claim-1.json')).toBe(
      '{"client":{"environment":"production","id":"0f1e8a5e-1111-4222-8333-444455556666","line":"2.4","name":"Acme POS"},"type":"poscert.claim/v1"}',
    );
    expect(JSON.parse(text('claim-2.json'))).toMatchObject({ client: { environment: 'sandbox' } });
    expect(made.files.map((file) => file.name)).not.toContain('claim-3.json');
  });
  it('writes ids in small letters, so that one id is one claim', () => {
    const { statement: other } = issued({
      client: { productionClientId: '0F1E8A5E-1111-4222-8333-444455556666' },
    });
    expect(other.subject).toEqual(statement.subject);
  });
  it('binds the results', () => {
    const { payload } = JSON.parse(text('test-result.intoto.json')) as { payload: string };
    expect(
      testResultSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString())).predicate.passedTests,
    ).toHaveLength(2);
  });
  it('takes the sandbox id of the run where none is configured, and says so', () => {
    const input = issueInput({
      client: { sandboxClientId: undefined, productionClientId: undefined } as never,
    });
    const made = issue({ ...input, generatedId: 'ABCDEF00-1111-4222-8333-444455556666' });
    if (made.kind === 'none') throw new Error(made.code);
    const own = JSON.parse(
      made.files.find((file) => file.name === 'certificate.statement.json')?.text ?? '',
    ) as ReturnType<typeof issued>['statement'];
    expect(own.predicate.poscertCertificate.client.ids).toEqual([
      { environment: 'sandbox', generated: true, id: 'abcdef00-1111-4222-8333-444455556666' },
    ]);
  });
});

describe('without a key', () => {
  const { made, statement } = issued({ unsigned: true });
  it('there is the statement for the workflow to sign, and nothing that looks signed', () => {
    expect(made.signed).toBe(false);
    const names = made.files.map((file) => file.name);
    expect(names).toContain('certificate.statement.json');
    for (const name of [
      'certificate.json',
      'certificate.sigstore.json',
      'poscert.pub',
      'test-result.intoto.json',
    ])
      expect(names).not.toContain(name);
    expect(statement.predicate.poscertCertificate.assurance).toBe('ci');
  });
});

describe('there is none', () => {
  const table: readonly (readonly [what: string, code: string, given: Parameters<typeof issueInput>[0]])[] = [
    ['without a poscert.yaml', 'no-config', { config: { file: undefined } as never }],
    [
      'without a poscert.yaml, where none is wanted either',
      'no-config',
      { config: { file: undefined, certificate: { folder: '/c', wanted: false } } as never },
    ],
    ['where only some cases were run', 'partial', { report: reportOf({ partial: true }) }],
    [
      'where only some cases were asked for',
      'partial',
      { config: { cases: ['onboarding/x'], certificate: { folder: '/c', wanted: false } } },
    ],
    ['where none is wanted', 'disabled', { config: { certificate: { folder: '/c', wanted: false } } }],
    ['where the run failed', 'not-passed', { report: reportOf({ verdict: 'failed' }) }],
    ['where it was interrupted', 'not-passed', { report: reportOf({ verdict: 'interrupted' }) }],
    ['where something is unproven', 'not-passed', { report: reportOf({ verdict: 'unproven' }) }],
    [
      'where a case was cancelled whatever the verdict says',
      'not-passed',
      { report: reportOf({ cases: [caseOf('payments/x', { verdict: 'cancelled' })] }) },
    ],
    [
      'where a case is unsupported here',
      'not-passed',
      {
        report: reportOf({ cases: [caseOf('payments/x', { verdict: 'unsupported' })] }),
        mayLack: ['payments/x'],
      },
    ],
    [
      'where a feature has no case that passed',
      'not-passed',
      { report: reportOf({ features: ['onboarding', 'payments', 'refunds'] }) },
    ],
    [
      'where a must is not kept whatever the verdict says',
      'not-passed',
      {
        report: reportOf({
          obligations: [
            {
              id: 'bearer-token',
              title: '',
              level: 'must',
              state: 'unproven',
              applicable: true,
              examined: 0,
              findings: 0,
            },
          ],
        }),
      },
    ],
    ['without a name', 'not-named', { client: { name: undefined } as never }],
    [
      'without a name where the SDK was run',
      'reference-client',
      { client: { name: undefined, driver: 'sdk' } as never, report: reportOf({ driver: 'sdk' }) },
    ],
    ['for a version that is none', 'no-version', { client: { version: '2.4' } }],
    ['for a version with a leading zero', 'no-version', { client: { version: '02.4.1' } }],
    ['for a name with a bidi character', 'not-named', { client: { name: 'Acme\u202ePOS' } }],
    ['for a name that is not composed', 'not-named', { client: { name: 'Cafe\u0301' } }],
  ];
  it.each(table)('%s: %s', (_, code, given) => {
    const made = issue(issueInput(given));
    expect(made).toMatchObject({ kind: 'none', code });
  });
  it('and a remote target may lack what its pack says, which is listed', () => {
    const report = reportOf({
      target: 'remote',
      cases: [
        caseOf('payments/x', { verdict: 'unsupported', reason: { code: 'unsupported-remote', data: {} } }),
      ],
    });
    const target = {
      kind: 'remote',
      baseUrl: 'https://sandbox.example/pos/v10',
      authBaseUrl: 'https://sandbox.example/auth',
      clientSecret: { env: 'X' },
    } as const;
    const { statement } = issued({ report, mayLack: ['payments/x'], config: { target } });
    expect(statement.predicate.poscertCertificate.results.lacking).toEqual([
      { case: 'payments/x', reason: 'unsupported-remote' },
    ]);
    expect(statement.predicate.poscertCertificate.sandbox).toEqual({
      kind: 'remote',
      name: 'https://sandbox.example',
    });
  });
});

it('the reference client is a demonstration, however it was started', () => {
  const report = reportOf();
  const client = { ...report.client, driver: 'process', name: REFERENCE_CLIENT } as const;
  const own = issued({ report: { ...report, client } }).statement.predicate.poscertCertificate;
  expect(own).toMatchObject({ assurance: 'demo', title: 'demonstration', driver: 'process' });
  expect(own.ranBy).toContain("poscert's own reference client was run, not Acme POS");
});

it('knows names that can be told apart', () => {
  for (const name of ['Acme POS', 'Café', '收银', 'A']) expect(isLawfulName(name), name).toBe(true);
  for (const name of [
    '',
    ' Acme',
    'Acme\n',
    'A\u0000',
    'A\u200bB',
    'A\u2066B',
    'A\ud800',
    'e\u0301',
    'x'.repeat(201),
    'Acme\u00a0POS',
    'Acme\u3164',
    'Acme\ufe0f POS',
    'Acme  POS',
  ])
    expect(isLawfulName(name), JSON.stringify(name)).toBe(false);
});
