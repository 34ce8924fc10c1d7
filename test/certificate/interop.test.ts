import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkBundle } from '../../src/certificate/check.ts';
import { openEnvelope } from '../../src/certificate/envelope.ts';
import { isSignedBy, keyIdOf, sshLineOf } from '../../src/certificate/keys.ts';
import { canonicalJson, sha256Hex } from '../../src/std/bytes.ts';
import { temporaryFolder } from './certified.ts';
import { issueInput, issued, testSigner } from './issued.ts';
import { issue } from '../../src/certificate/issue.ts';

/* Other tools say the same of our certificates as we do. */

const SCRIPT = fileURLToPath(new URL('../../examples/verify-certificate.sh', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../../shared/reference/certificate-example/', import.meta.url));

/** A certificate on the disk, its recording a text of our own. */
function onDisk(): { folder: string; key: string } {
  const folder = temporaryFolder();
  const journal = '{"some":"recording"}\n';
  const made = issue({
    ...issueInput(),
    journal: { records: 1, head: 'f'.repeat(64), digest: sha256Hex(journal) },
  });
  if (made.kind === 'none') throw new Error(made.code);
  for (const file of made.files) writeFileSync(join(folder, file.name), file.text);
  writeFileSync(join(folder, 'run.jsonl'), journal);
  const key = join(temporaryFolder(), 'trusted.pub');
  writeFileSync(key, testSigner().publicKey);
  return { folder, key };
}

describe('openssl alone, by the script that we ship', () => {
  const { folder, key } = onDisk();
  const verify = (): ReturnType<typeof spawnSync> =>
    spawnSync('sh', [SCRIPT, folder, key], { encoding: 'utf8' });
  const altered = (name: string, change: (text: string) => string): void => {
    const path = join(folder, name);
    const before = readFileSync(path, 'utf8');
    writeFileSync(path, change(before));
    const { status, stderr } = verify();
    writeFileSync(path, before);
    expect(status, `${name}: ${String(stderr)}`).not.toBe(0);
  };
  it('verifies', () => {
    const { status, stdout, stderr } = verify();
    expect(String(stderr)).toBe('');
    expect(status).toBe(0);
    expect(String(stdout)).toContain('pkg:generic/Acme%20POS@2.4');
    expect(String(stdout)).toContain('acme-till 2.4.1');
  });
  it('refuses what was altered', () => {
    for (const name of readdirSync(folder)) {
      if (/^(certificate\.(sigstore|statement)\.json|certificate\.html|poscert\.pub)$/.test(name)) continue;
      altered(name, (text) => text.replace(/[a-f](?=[^a-f]*$)/, 'g'));
    }
    altered('certificate.json', (text) => text.replace(/"sig": "./, '"sig": "/'));
    altered('certificate.json', (text) =>
      text.replace('    }\n  ]', '    },\n    {\n      "keyid": "",\n      "sig": "AAAA"\n    }\n  ]'),
    );
  });
  it('refuses another key', () => {
    writeFileSync(
      key,
      execFileSync('sh', ['-c', 'openssl genpkey -algorithm ed25519 | openssl pkey -pubout']),
    );
    expect(verify().status).not.toBe(0);
    writeFileSync(key, testSigner().publicKey);
    expect(verify().status).toBe(0);
  });
});

const sigstore = (json: unknown, publicKey: string): unknown => {
  const empty = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
  const material = toTrustMaterial(empty as never, () => ({
    publicKey: createPublicKey(publicKey),
    validFor: () => true,
  }));
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 });
  return verifier.verify(toSignedEntity(bundleFromJSON(json)));
};

describe('sigstore-js', () => {
  const { text } = issued();
  const bundle = (): {
    dsseEnvelope: { payload: string };
    verificationMaterial: { publicKey: { hint: string } };
  } => JSON.parse(text('certificate.sigstore.json')) as never;
  it('verifies the bundle, and refuses one flipped bit', () => {
    expect(sigstore(bundle(), testSigner().publicKey)).toBeTruthy();
    const bad = bundle();
    const payload = Buffer.from(bad.dsseEnvelope.payload, 'base64');
    payload[20] = (payload[20] ?? 0) ^ 1;
    bad.dsseEnvelope.payload = payload.toString('base64');
    expect(() => sigstore(bad, testSigner().publicKey)).toThrow();
  });
});

describe('what other verifiers insist on (standards.md 1.4)', () => {
  const { text, statement } = issued();
  const envelope = JSON.parse(text('certificate.json')) as {
    payload: string;
    payloadType: string;
    signatures: { keyid: string; sig: string }[];
  };
  it('the key id is the fingerprint that OpenSSH prints, and the hint of the bundle', () => {
    const { publicKey, keyId } = testSigner();
    expect(envelope.signatures.map((one) => one.keyid)).toEqual([keyId]);
    const bundle = JSON.parse(text('certificate.sigstore.json')) as {
      verificationMaterial: { publicKey: { hint: string }; tlogEntries: unknown[] };
    };
    expect(bundle.verificationMaterial).toEqual({ publicKey: { hint: keyId }, tlogEntries: [] });
    expect(keyId).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    if (spawnSync('ssh-keygen', ['-V']).error !== undefined) return;
    const file = join(temporaryFolder(), 'key.pub');
    writeFileSync(file, `${sshLineOf(publicKey, 'test') ?? ''}\n`);
    expect(execFileSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' })).toContain(` ${keyId} `);
  });
  it('the statement has the members of its protobuf and no others', () => {
    expect(Object.keys(statement).sort()).toEqual(['_type', 'predicate', 'predicateType', 'subject']);
    for (const one of statement.subject) expect(Object.keys(one).sort()).toEqual(['digest', 'name']);
    expect(statement.subject.every((one) => /^[0-9a-f]{64}$/.test(one.digest.sha256))).toBe(true);
  });
  it('the envelope is standard base64 with padding, one signature, the one payload type', () => {
    expect(envelope.payloadType).toBe('application/vnd.in-toto+json');
    expect(envelope.signatures).toHaveLength(1);
    for (const value of [envelope.payload, envelope.signatures[0]?.sig ?? ''])
      expect(Buffer.from(value, 'base64').toString('base64')).toBe(value);
  });
  it('levels are ours: none begins with SLSA_', () => {
    expect(statement.predicate.verifiedLevels).toEqual([
      'POSCERT_FEATURE_ONBOARDING',
      'POSCERT_FEATURE_PAYMENTS',
    ]);
  });
});

it('our canonical JSON is that of RFC 8785', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: 'binary' }),
      fc.boolean(),
      fc.constant(null),
      fc.maxSafeInteger(),
      fc.array(tie('any')),
      fc.dictionary(fc.string({ unit: 'binary' }), tie('any')),
    ),
  })).any;
  fc.assert(
    fc.property(value, (one) => {
      expect(canonicalJson(one)).toBe(canonicalize(one));
    }),
    { numRuns: 300 },
  );
});

describe.skipIf(!existsSync(EXAMPLE))(
  'the example of the reference (left out where ../shared/reference is absent)',
  () => {
    const read = (name: string): Buffer => readFileSync(join(EXAMPLE, name));
    it('has a signature, a form of envelope and digests that we verify', () => {
      const opened = openEnvelope(read('certificate.json'), 'certificate.json');
      if (!opened.ok) throw new Error(opened.problem.code);
      const key = read('poscert.pub').toString('utf8');
      expect(isSignedBy(key, opened.value.signed, opened.value.signature)).toBe(true);
      expect(opened.value.keyId).toBe(keyIdOf(key));
      const payload = Buffer.from(opened.value.payload).toString('utf8');
      expect(canonicalJson(JSON.parse(payload))).toBe(payload);
      const { subject } = JSON.parse(payload) as { subject: { name: string; digest: { sha256: string } }[] };
      for (const one of subject) expect(sha256Hex(read(one.name))).toBe(one.digest.sha256);
      expect(sigstore(JSON.parse(read('certificate.sigstore.json').toString('utf8')), key)).toBeTruthy();
    });
    it('is refused as a whole: its extension was written before ours, without tier, driver and who was run', () => {
      const files = new Map(['certificate.json', 'poscert.pub'].map((name) => [name, read(name)] as const));
      const key = read('poscert.pub').toString('utf8');
      const { problems } = checkBundle({ files, whole: false }, [{ spkiPem: key, assurance: 'self' }]);
      expect(problems.map((one) => one.code)).toEqual(['statement-unknown-member']);
    });
    it('verifies by the shipped script', () => {
      const { status } = spawnSync('sh', [SCRIPT, EXAMPLE, join(EXAMPLE, 'poscert.pub')]);
      expect(status).toBe(0);
    });
  },
);
