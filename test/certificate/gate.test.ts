import { describe, expect, it } from 'vitest';
import { gaps, type GateCandidate, type GateQuestion } from '../../src/certificate/gate.ts';
import { parseVersion, resourceUri } from '../../src/certificate/line.ts';
import { issued, reportOf } from './issued.ts';

/* The policy of the gate alone: a table of what one certificate of 2.4.1 covers. */

const { statement } = issued();
const candidate: GateCandidate = { statement, assurance: 'self', doubts: [] };
const question: GateQuestion = { version: '2.4.1', features: ['onboarding', 'payments'], name: 'Acme POS' };
const codes = (asked: Partial<GateQuestion>, given: Partial<GateCandidate> = {}): string[] =>
  gaps({ ...question, ...asked }, { ...candidate, ...given }).map((one) => one.code);

describe('versions', () => {
  it.each(['2.4.0', '2.4.1', '2.4.17', '2.4.999999999'])('%s is covered by 2.4', (version) => {
    expect(codes({ version })).toEqual([]);
  });
  it.each(['2.5.0', '3.4.0', '2.40.0', '2.3.9', '0.4.1', '24.1.0', '12.4.0'])(
    '%s is of another line',
    (version) => {
      expect(codes({ version })).toEqual(['gate-other-line']);
    },
  );
  it.each([
    '02.4.1',
    '2.04.1',
    '2.4.01',
    '2.4',
    '2.4.1.0',
    '2.4.x',
    'v2.4.1',
    '2.4.1-beta',
    '2.4.1 ',
    ' 2.4.1',
    '',
    '2.4.1\n',
    '２.4.1',
    '2.4.1000000000',
    '2.4.-1',
  ])('%j is no version', (version) => {
    expect(codes({ version })).toEqual(['gate-version-form']);
    expect(parseVersion(version)).toBeUndefined();
  });
});

describe('everything else that is asked', () => {
  const { production, sandbox } = {
    production: statement.predicate.poscertCertificate.client.ids[0]!.id,
    sandbox: statement.predicate.poscertCertificate.client.ids[1]!.id,
  };
  const table: readonly (readonly [what: string, asked: Partial<GateQuestion>, expected: string[]])[] = [
    ['the features it has', { features: ['payments'] }, []],
    ['no feature at all', { features: [] }, []],
    ['a feature it lacks', { features: ['payments', 'refunds'] }, ['gate-features']],
    ['a part of a feature name', { features: ['pay'] }, ['gate-features']],
    ['another client', { name: 'Acme POS 2' }, ['gate-other-client']],
    ['a name that differs in its case', { name: 'acme pos' }, ['gate-other-client']],
    ['the slug of its name', { name: 'acme-pos' }, ['gate-other-client']],
    ['whoever it is', { name: undefined } as never, []],
    ['its production id', { clientId: production }, []],
    ['its production id in capitals', { clientId: production.toUpperCase() }, []],
    ['its sandbox id in production', { clientId: sandbox }, ['gate-client-id']],
    [
      'its production id in the sandbox',
      { clientId: production, environment: 'sandbox' },
      ['gate-client-id'],
    ],
    ['its sandbox id', { clientId: sandbox, environment: 'sandbox' }, []],
    ['another id', { clientId: '11111111-2222-4333-8444-555555555555' }, ['gate-client-id']],
    ['any production client', { environment: 'production' }, []],
    ['assurance self', { minAssurance: 'self' }, []],
    ['assurance ci', { minAssurance: 'ci' }, ['gate-assurance']],
    ['hardening too', { tier: 'all' }, ['gate-tier']],
    ['the certification tier', { tier: 'certification' }, []],
    ['its pack', { minPack: '1.0.0' }, []],
    ['an older pack', { minPack: '0.9.12' }, []],
    ['a newer pack', { minPack: '1.0.1' }, ['gate-pack']],
    ['a newer pack of more digits', { minPack: '1.10' }, ['gate-pack']],
    ['a pack version that is none', { minPack: 'new' }, ['gate-pack']],
    [
      'several things it lacks',
      { version: '2.5.0', features: ['refunds'], tier: 'all' },
      ['gate-other-line', 'gate-features', 'gate-tier'],
    ],
  ];
  it.each(table)('%s', (_, asked, expected) => {
    expect(codes(asked)).toEqual(expected);
  });

  it('what its verifier believes counts, not what it says', () => {
    expect(codes({ minAssurance: 'ci' }, { assurance: 'ci' })).toEqual([]);
    expect(codes({ minAssurance: 'provider' }, { assurance: 'ci' })).toEqual(['gate-assurance']);
    expect(codes({}, { doubts: [{ code: 'key-not-trusted', data: {} }] })).toEqual(['key-not-trusted']);
  });

  it('a demonstration is taken only where it is asked for', () => {
    const demo = issued({ report: reportOf({ driver: 'sdk' }) }).statement;
    const given: GateCandidate = { statement: demo, assurance: 'demo', doubts: [] };
    expect(demo.predicate.poscertCertificate.assurance).toBe('demo');
    expect(gaps(question, given).map((one) => one.code)).toEqual(['gate-demo']);
    expect(gaps({ ...question, allowDemo: true }, given)).toEqual([]);
    expect(
      gaps({ ...question, allowDemo: true, minAssurance: 'self' }, given).map((one) => one.code),
    ).toEqual(['gate-assurance']);
  });

  it('without a production id no production client is covered', () => {
    const made = issued({ client: { productionClientId: undefined } as never }).statement;
    const given: GateCandidate = { statement: made, assurance: 'self', doubts: [] };
    expect(gaps(question, given)).toEqual([]);
    expect(gaps({ ...question, clientId: production }, given).map((one) => one.code)).toEqual([
      'gate-environment',
    ]);
  });
});

it('names are never slugged: each has a resource of its own', () => {
  const names = [
    'Acme POS',
    'acme pos',
    'acme-pos',
    'Acme%20POS',
    'Acme/POS',
    'Acme@POS',
    "Acme'POS",
    'Ácme POS',
  ];
  const uris = names.map((name) => resourceUri(name, '2.4'));
  expect(new Set(uris).size).toBe(names.length);
  uris.forEach((uri, at) =>
    expect(decodeURIComponent(/^pkg:generic\/([^@/]*)@2\.4$/.exec(uri)?.[1] ?? '')).toBe(names[at]),
  );
});
