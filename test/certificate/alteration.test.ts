import * as fc from 'fast-check';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyFiles } from '../../src/audit.ts';
import {
  envelopeText,
  bundleText,
  preAuthenticated,
  prettyJson,
  seal,
} from '../../src/certificate/envelope.ts';
import type { Signer } from '../../src/certificate/keys.ts';
import type { Envelope, Statement, TestResult, TrustedKey } from '../../src/model/certificate.ts';
import { canonicalJson, sha256Hex, toBase64 } from '../../src/std/bytes.ts';
import {
  certifyOnboarding,
  codes,
  configIn,
  filesOf,
  judge,
  newSigner,
  temporaryFolder,
} from './certified.ts';

/* One certificate of a real run, and everything that could be done to it. */

type Files = Map<string, Uint8Array>;
let files: Files;
let signer: Signer;
let trusted: TrustedKey[];

beforeAll(async () => {
  ({ signer, trusted } = newSigner());
  const root = temporaryFolder();
  const report = await certifyOnboarding(configIn(root), signer);
  expect(report.verdict).toBe('passed');
  expect(report.certificate?.signed).toBe(true);
  files = await filesOf(join(root, report.certificate?.folder ?? ''));
}, 60_000);

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const textOf = (name: string, from = files): string => Buffer.from(from.get(name) ?? []).toString('utf8');
const changed = (name: string, change: (text: string) => string): Files =>
  new Map(files).set(name, bytes(change(textOf(name))));
const without = (name: string): Files => new Map([...files].filter(([other]) => other !== name));
const envelope = (name = 'certificate.json'): Envelope => JSON.parse(textOf(name)) as Envelope;
const payload = (name = 'certificate.json'): string =>
  Buffer.from(envelope(name).payload, 'base64').toString('utf8');
const statement = (): Statement => JSON.parse(payload()) as Statement;

/** What someone can make who has the key: everything signed anew, the digests fitting. */
function resealed(text: string, by: Signer = signer, from: Files = files): Files {
  const sealed = seal(text, by);
  return new Map(from)
    .set('certificate.json', bytes(envelopeText(sealed)))
    .set('certificate.sigstore.json', bytes(bundleText(sealed)))
    .set('certificate.statement.json', bytes(prettyJson(JSON.parse(text))))
    .set('poscert.pub', bytes(by.publicKey));
}

/** The same with a recording and results of one's own, all digests and heads fitting. */
function forged(lines: string[], edit: (result: TestResult, statement: Statement) => void): Files {
  let prev = '0'.repeat(64);
  const chained = lines.map((line, seq) => {
    const text = canonicalJson({ ...(JSON.parse(line) as object), prev, seq });
    prev = sha256Hex(text);
    return text;
  });
  const journal = `${chained.join('\n')}\n`;
  const result = JSON.parse(payload('test-result.intoto.json')) as TestResult;
  const made = statement();
  const digest = { sha256: sha256Hex(journal) };
  const own = made.predicate.poscertCertificate;
  for (const list of [made.subject, result.subject])
    for (const one of list) if (one.name === 'run.jsonl') one.digest = digest;
  own.evidence[0] = { name: 'run.jsonl', digest, mediaType: 'application/jsonl' };
  own.run.records = chained.length;
  own.run.head = { sha256: prev };
  edit(result, made);
  own.results.passed = result.predicate.passedTests.length;
  const sealed = envelopeText(seal(canonicalJson(result), signer));
  made.predicate.inputAttestations = [
    { uri: 'test-result.intoto.json', digest: { sha256: sha256Hex(sealed) } },
  ];
  const evidence = new Map(files)
    .set('run.jsonl', bytes(journal))
    .set('test-result.intoto.json', bytes(sealed));
  return resealed(canonicalJson(made), signer, evidence);
}
const lines = (): string[] => textOf('run.jsonl').trimEnd().split('\n');

it('verifies as it was issued, every case judged the same again', () => {
  const { problems, doubts, verified, judged, assurance } = verifyFiles(
    { files, whole: true },
    trusted,
    judge,
  );
  expect([...problems, ...doubts]).toEqual([]);
  expect(verified).toBe(true);
  expect(assurance).toBe('self');
  expect(judged).toMatchObject({ same: true, otherwise: [], verdict: 'passed' });
  expect(judged?.cases).toBeGreaterThan(5);
});

it('verifies when it is signed anew without a change, so that what follows is refused for its change alone', () => {
  expect(codes(resealed(payload()), trusted)).toEqual([]);
  expect(
    codes(
      forged(lines(), () => undefined),
      trusted,
    ),
  ).toEqual([]);
});

describe('each alteration has its own code', () => {
  const flip = (name: string, at: number): Files => {
    const copy = Buffer.from(files.get(name) ?? []);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return new Map(files).set(name, copy);
  };
  const withEnvelope = (edit: (value: Envelope) => unknown): Files => {
    const value = envelope();
    return new Map(files).set('certificate.json', bytes(prettyJson(edit(value) ?? value)));
  };
  const table: readonly (readonly [what: string, code: string, make: () => Files])[] = [
    [
      'a byte of the payload',
      'signature-wrong',
      () =>
        withEnvelope((one) => void (one.payload = toBase64(bytes(payload().replace('"2.4.1"', '"2.4.2"'))))),
    ],
    [
      'a byte of the signature',
      'signature-wrong',
      () => withEnvelope((one) => void (one.signatures[0]!.sig = toBase64(Buffer.alloc(64, 7)))),
    ],
    [
      'another payload type',
      'payload-type',
      () => withEnvelope((one) => void (one.payloadType = 'application/json')),
    ],
    ['no JSON', 'envelope-no-json', () => changed('certificate.json', (text) => text.slice(1))],
    [
      'another white space',
      'envelope-form',
      () => changed('certificate.json', (text) => text.replace('\n  ', '\n   ')),
    ],
    ['a member added to the envelope', 'envelope-shape', () => withEnvelope((one) => ({ ...one, extra: 1 }))],
    [
      'a member twice in the envelope',
      'duplicate-member',
      () =>
        changed('certificate.json', (text) => text.replace('"payloadType"', '"payload": "", "payloadType"')),
    ],
    [
      'an extra signature',
      'signature-count',
      () => withEnvelope((one) => void one.signatures.push({ ...one.signatures[0]! })),
    ],
    ['no signature', 'signature-count', () => withEnvelope((one) => void one.signatures.pop())],
    ['base64 with white space', 'envelope-base64', () => withEnvelope((one) => void (one.payload += ' '))],
    [
      'another key id',
      'key-id-wrong',
      () => withEnvelope((one) => void (one.signatures[0]!.keyid = newSigner().signer.keyId)),
    ],
    ['an empty key id', 'key-id-wrong', () => withEnvelope((one) => void (one.signatures[0]!.keyid = ''))],
    [
      'the key beside it exchanged',
      'key-file-differs',
      () => new Map(files).set('poscert.pub', bytes(newSigner().signer.publicKey)),
    ],
    ['signed anew by another key', 'key-not-trusted', () => resealed(payload(), newSigner().signer)],
    ['the bundle changed', 'bundle-differs', () => flip('certificate.sigstore.json', 400)],
    [
      'the readable statement changed',
      'statement-file-differs',
      () => changed('certificate.statement.json', (text) => text.replace('2.4.1', '2.4.2')),
    ],
    [
      'the page changed',
      'digest-differs',
      () => changed('certificate.html', (text) => text.replace('Acme', 'Acne')),
    ],
    [
      'a claim for another version',
      'digest-differs',
      () => changed('claim-1.json', (text) => text.replace('"2.4"', '"2.5"')),
    ],
    [
      'a claim for another client',
      'digest-differs',
      () => changed('claim-1.json', (text) => text.replace('0f1e', '0f1f')),
    ],
    [
      'a claim for another environment',
      'digest-differs',
      () => changed('claim-2.json', (text) => text.replace('sandbox', 'production')),
    ],
    [
      'two claims exchanged',
      'digest-differs',
      () =>
        new Map(files)
          .set('claim-1.json', files.get('claim-2.json')!)
          .set('claim-2.json', files.get('claim-1.json')!),
    ],
    [
      'another pack',
      'pack-differs',
      () => changed('pack.sha256', (text) => text.replace(/^./, 'f').replace(/^ff/, 'f0')),
    ],
    [
      'other results',
      'signature-wrong',
      () =>
        changed('test-result.intoto.json', (text) =>
          text.replace(/"payload": "(.{40}).{4}/, '"payload": "$1AAAA'),
        ),
    ],
    [
      'a record changed',
      'chain-broken',
      () => changed('run.jsonl', (text) => text.replace('"lane":"onboarding"', '"lane":"onboardinh"')),
    ],
    [
      'two records exchanged',
      'chain-broken',
      () =>
        changed('run.jsonl', (text) => {
          const all = text.split('\n');
          [all[4], all[5]] = [all[5]!, all[4]!];
          return all.join('\n');
        }),
    ],
    [
      'a record left out',
      'chain-broken',
      () =>
        changed('run.jsonl', (text) =>
          text
            .split('\n')
            .filter((_, at) => at !== 5)
            .join('\n'),
        ),
    ],
    [
      'the end cut off',
      'recording-cut',
      () => changed('run.jsonl', (text) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`),
    ],
    [
      'the last line cut off in its middle',
      'recording-torn',
      () => changed('run.jsonl', (text) => text.slice(0, -20)),
    ],
    ['a record added', 'chain-broken', () => changed('run.jsonl', (text) => `${text}{}\n`)],
    [
      'a claim of another certificate put beside it',
      'file-unbound',
      () => new Map(files).set('claim-3.json', bytes(textOf('claim-1.json').replace('"2.4"', '"9.9"'))),
    ],
    [
      'unsigned results put beside it',
      'file-unbound',
      () => new Map(files).set('test-result.statement.json', bytes('{}\n')),
    ],
  ];
  it.each(table)('%s: %s', (_, code, make) => {
    const found = verifyFiles({ files: make(), whole: true }, trusted, judge);
    expect([...found.problems, ...found.doubts].map((one) => one.code)).toContain(code);
    expect(found.verified).toBe(false);
  });

  it('any file left out', () => {
    for (const name of files.keys()) expect(codes(without(name), trusted), name).toContain('file-missing');
  });
});

describe('whoever has the key can still not sign just anything', () => {
  const edited = (edit: (value: Statement) => void): Files => {
    const value = statement();
    edit(value);
    return resealed(canonicalJson(value));
  };
  const own = (value: Statement): Statement['predicate']['poscertCertificate'] =>
    value.predicate.poscertCertificate;
  const table: readonly (readonly [what: string, code: string, make: () => Files])[] = [
    [
      'a payload that is not canonical',
      'payload-not-canonical',
      () => resealed(JSON.stringify(JSON.parse(payload()), null, 1)),
    ],
    [
      'a member twice in the payload',
      'duplicate-member',
      () => resealed(payload().replace('"tier":"certification"', '"tier":"all","tier":"certification"')),
    ],
    [
      'no JSON as payload',
      'payload-no-json',
      () => {
        const sealed = seal('{', signer);
        return new Map(files).set('certificate.json', bytes(envelopeText(sealed)));
      },
    ],
    [
      'an unknown member at the top',
      'statement-unknown-member',
      () => edited((one) => Object.assign(one, { extra: 1 })),
    ],
    [
      'an unknown member in a subject',
      'statement-unknown-member',
      () => edited((one) => Object.assign(one.subject[0]!, { extra: 1 })),
    ],
    [
      'an unknown member in the extension',
      'statement-unknown-member',
      () => edited((one) => Object.assign(own(one), { approvedBy: 'MobilePay' })),
    ],
    [
      'another kind of statement',
      'statement-shape',
      () => edited((one) => Object.assign(one, { _type: 'https://in-toto.io/Statement/v0.1' })),
    ],
    [
      'a failed result',
      'statement-shape',
      () => edited((one) => Object.assign(one.predicate, { verificationResult: 'FAILED' })),
    ],
    ['another line', 'fields-disagree', () => edited((one) => void (own(one).client.line = '2.5'))],
    [
      'another version',
      'recording-of-another',
      () => edited((one) => void (own(one).client.version = '2.4.9')),
    ],
    ['another name', 'fields-disagree', () => edited((one) => void (own(one).client.name = 'Acme  POS'))],
    ['a feature more', 'fields-disagree', () => edited((one) => void own(one).features.push('payments'))],
    [
      'a level more',
      'fields-disagree',
      () => edited((one) => void one.predicate.verifiedLevels.push('POSCERT_FEATURE_REFUNDS')),
    ],
    [
      'a subject more',
      'fields-disagree',
      () => edited((one) => void one.subject.unshift({ name: 'x', digest: { sha256: 'a'.repeat(64) } })),
    ],
    ['an SDK run called self', 'fields-disagree', () => edited((one) => void (own(one).driver = 'sdk'))],
    [
      'a title of one’s own',
      'fields-disagree',
      () => edited((one) => void (own(one).title = 'approval by MobilePay')),
    ],
    [
      'another word on who was run',
      'fields-disagree',
      () => edited((one) => void (own(one).ranBy = 'MobilePay ran the till.')),
    ],
    ['no page', 'fields-disagree', () => edited((one) => void own(one).evidence.pop())],
    [
      'behaviours that were not declared',
      'recording-of-another',
      () => edited((one) => void own(one).client.behaviours.push('capturesInFull')),
    ],
    [
      'another integrator',
      'recording-of-another',
      () => edited((one) => void (own(one).client.integratorId = 'other')),
    ],
    [
      'another sandbox',
      'recording-of-another',
      () => edited((one) => void (own(one).sandbox.name = 'https://api.mobilepay.dk')),
    ],
    [
      'another issuer than the one configured',
      'recording-of-another',
      () => edited((one) => void (one.predicate.verifier.id = 'https://mobilepay.example')),
    ],
    [
      'more duties kept than there were',
      'counts-differ',
      () => edited((one) => void (own(one).results.obligationsKept += 1)),
    ],
    [
      'more cases of a feature than there are',
      'counts-differ',
      () => edited((one) => void (own(one).results.requiredPerFeature['onboarding'] = 99)),
    ],
    ['more attempts', 'counts-differ', () => edited((one) => void (own(one).run.attempts += 1))],
    [
      'another page, signed too',
      'page-differs',
      () => {
        const page = textOf('certificate.html').replace('Self-certification statement', 'Approved');
        const value = statement();
        own(value).evidence[1]!.digest.sha256 = sha256Hex(page);
        const made = resealed(canonicalJson(value));
        return made.set('certificate.html', bytes(page));
      },
    ],
    [
      'a request left out',
      'recording-odd',
      () =>
        forged(
          lines().filter((line) => !/"exchange":7,.*"kind":"request"/.test(line)),
          () => undefined,
        ),
    ],
    [
      'an end amid the recording',
      'recording-odd',
      () => forged([...lines().slice(0, 9), lines().at(-1)!, ...lines().slice(9)], () => undefined),
    ],
    [
      'a run after another',
      'recording-odd',
      () => forged([...lines().slice(0, -1), ...lines()], () => undefined),
    ],
    [
      'records that hold what nobody expects',
      'recording-unusable',
      () =>
        forged(
          lines().map((line) => line.replace('"behaviours":["cancelsOnRestart"],', '')),
          () => undefined,
        ),
    ],
    [
      'a changed pack that calls itself the shipped one',
      'pack-not-shipped',
      () => {
        const listing = textOf('pack.sha256').replace(/^./, (first) => (first === 'a' ? 'b' : 'a'));
        const [then, now] = [sha256Hex(textOf('pack.sha256')), sha256Hex(listing)];
        return forged(
          lines().map((line) => line.replaceAll(then, now)),
          (result, made) => {
            made.predicate.policy.digest.sha256 = now;
            result.predicate.configuration[0]!.digest.sha256 = now;
          },
        ).set('pack.sha256', bytes(listing));
      },
    ],
    [
      'an SDK run called another client',
      'recording-of-another',
      () =>
        edited((one) => {
          own(one).driver = 'http';
          own(one).ranBy = own(one).ranBy.replace('driver process', 'driver http');
        }),
    ],
    [
      'another pack',
      'pack-differs',
      () => edited((one) => void (one.predicate.policy.digest.sha256 = 'b'.repeat(64))),
    ],
    [
      'a case dropped',
      'case-missing',
      () => forged(lines(), (result) => void result.predicate.passedTests.pop()),
    ],
    [
      'a case added',
      'case-missing',
      () =>
        forged(lines(), (result) => void result.predicate.passedTests.push('payments/complete-a-payment')),
    ],
    [
      'a case dropped from the recording too',
      'case-missing',
      () => {
        const dropped =
          (JSON.parse(payload('test-result.intoto.json')) as TestResult).predicate.passedTests.at(-1) ?? '';
        const rest = lines()
          .filter((line) => !line.includes(`"case":"${dropped}"`))
          .map((line) => line.replace(`,"${dropped}"`, ''));
        const numbers = new Map<string, number>();
        for (const line of rest)
          if (line.includes('"kind":"request"'))
            numbers.set(/"exchange":(\d+)/.exec(line)?.[1] ?? '', numbers.size + 1);
        const kept = rest.map((line) =>
          line.replace(/"exchange":(\d+)/g, (same, number: string) =>
            numbers.has(number) ? `"exchange":${String(numbers.get(number))}` : same,
          ),
        );
        return forged(kept, (result) => void result.predicate.passedTests.pop());
      },
    ],
    [
      'a request turned into another, chained and signed anew',
      'verdict-differs',
      () =>
        forged(
          lines().map((line) =>
            line.replace('"operation":"createPointOfSale"', '"operation":"deletePointOfSale"'),
          ),
          () => undefined,
        ),
    ],
    [
      'a wrong result put right',
      'verdict-differs',
      () =>
        forged(
          lines().map((line) =>
            line.includes('"kind":"truth"') ? line.replace(/"found":\{/, '"found":null,"was":{') : line,
          ),
          () => undefined,
        ),
    ],
  ];
  it.each(table)('%s: %s', (_, code, make) => {
    expect(codes(make(), trusted)).toContain(code);
  });
});

it('another version or pack that would judge otherwise is told, and is no error', () => {
  const harsher = {
    ...judge,
    version: '1.2.0',
    pack: { ...judge.pack, digest: 'c'.repeat(64), cases: judge.pack.cases.slice(1) },
  };
  const found = verifyFiles({ files, whole: true }, trusted, harsher);
  expect(found.problems).toEqual([]);
  expect(found.verified).toBe(true);
  expect(found.judged).toMatchObject({
    same: false,
    by: { poscert: '1.2.0' },
    certifiedBy: { poscert: '0.1.0' },
  });
  expect(found.judged?.otherwise).toEqual([
    { case: judge.pack.cases[0]!.id, certified: 'passed', now: 'not in the pack' },
  ]);
});

describe('trust', () => {
  const entry = (more: Partial<TrustedKey> = {}): TrustedKey[] => [
    { verifierId: 'urn:poscert:issuer:self', spkiPem: signer.publicKey, assurance: 'ci', ...more },
  ];
  it('comes from the verifier: its assurance, its issuers, its times', () => {
    expect(verifyFiles({ files, whole: true }, entry(), judge)).toMatchObject({
      verified: true,
      assurance: 'ci',
    });
    expect(codes(files, entry({ verifierId: 'https://other.example' }))).toEqual(['issuer-not-trusted']);
    expect(codes(files, entry({ issuedUntil: '2020-01-01T00:00:00Z' }))).toEqual(['issued-out-of-time']);
    expect(codes(files, entry({ issuedFrom: '2999-01-01T00:00:00Z' }))).toEqual(['issued-out-of-time']);
    expect(codes(files, [])).toEqual(['key-not-trusted']);
  });
  it('is told where no key at hand has signed', () => {
    expect(codes(without('poscert.pub'), [])).toEqual(['key-unknown']);
  });
});

it('a signature over anything else but the whole is none', () => {
  const { payloadType } = envelope();
  const sig = toBase64(signer.sign(preAuthenticated(payloadType, bytes('{}'))));
  const made = { ...envelope(), signatures: [{ keyid: signer.keyId, sig }] };
  expect(codes(new Map(files).set('certificate.json', bytes(envelopeText(made))), trusted)).toEqual([
    'signature-wrong',
  ]);
});

it('no mutation verifies', () => {
  const names = [...files.keys()];
  const mutation = fc.record({
    name: fc.constantFrom(...names),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    how: fc.constantFrom('flip', 'insert', 'delete', 'cut', 'double', 'swap', 'empty'),
    bit: fc.integer({ min: 0, max: 7 }),
    byte: fc.integer({ min: 0, max: 255 }),
    other: fc.constantFrom(...names),
  });
  fc.assert(
    fc.property(mutation, ({ name, at, how, bit, byte, other }) => {
      const before = Buffer.from(files.get(name) ?? []);
      const place = Math.floor(at * before.length);
      const mutated = new Map(files);
      const put = (value: Uint8Array): void => void mutated.set(name, value);
      if (how === 'flip') {
        const copy = Buffer.from(before);
        copy[place] = (copy[place] ?? 0) ^ (1 << bit);
        put(copy);
      } else if (how === 'insert')
        put(Buffer.concat([before.subarray(0, place), Buffer.from([byte]), before.subarray(place)]));
      else if (how === 'delete') put(Buffer.concat([before.subarray(0, place), before.subarray(place + 1)]));
      else if (how === 'cut') put(before.subarray(0, place));
      else if (how === 'double') put(Buffer.concat([before, before]));
      else if (how === 'empty') put(Buffer.alloc(0));
      else {
        mutated.set(name, files.get(other)!).set(other, before);
        fc.pre(!Buffer.from(files.get(other)!).equals(before));
      }
      const found = verifyFiles({ files: mutated, whole: true }, trusted, judge);
      expect(found.verified).toBe(false);
      expect(found.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 400 },
  );
});
