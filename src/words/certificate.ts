import { choice, series, word } from './phrases.ts';
import { isJsonObject, member, type JsonObject } from '../model/json.ts';
import type { WordTable } from './entry.ts';

/* What is wrong with a certificate, why one does not cover, and what keeps a key from being used. */

const ALTERED = 'The file was changed after the certificate was issued, or damaged on its way.';
const AGAIN = 'Take the folder again from where it was issued; a certificate is never repaired.';

const file = (data: JsonObject): string => word(data, 'file', 'a file');

export const certificateWords: WordTable = {
  'certificate-missing': (data) => ({
    title: `There is no certificate at ${word(data, 'path', 'that place')}`,
    remedy: 'Name the folder <line>/<serial> of a certificate, or its certificate.json.',
  }),
  'file-missing': (data) => ({
    title: `${file(data)} is missing from the certificate`,
    cause: 'The folder was not copied as a whole.',
    remedy: AGAIN,
  }),
  'envelope-no-json': (data) => ({ title: `${file(data)} is no JSON`, cause: ALTERED, remedy: AGAIN }),
  'envelope-shape': (data) => ({
    title: `${file(data)} is no signed envelope with the members that one has, and no others`,
    cause: 'It was made by another tool, or members were added: nobody has signed those.',
    remedy: AGAIN,
  }),
  'envelope-form': (data) => ({
    title: `${file(data)} is written otherwise than poscert writes it`,
    cause: 'The signature may be right, but the file is not the one that was issued.',
    remedy: AGAIN,
  }),
  'envelope-base64': (data) => ({
    title: `${file(data)} holds what is no base64 in its one strict form`,
    cause: ALTERED,
    remedy: AGAIN,
  }),
  'duplicate-member': (data) => ({
    title: `${file(data)} has the member ${word(data, 'member', '')} twice`,
    cause: 'Two tools could read two different certificates out of it.',
    remedy: AGAIN,
  }),
  'signature-count': (data) => ({
    title: `${file(data)} has ${word(data, 'count', 'several')} signatures, and exactly one counts`,
    cause: 'A further signature can make another document look signed.',
    remedy: AGAIN,
  }),
  'payload-type': (data) => ({
    title: `${file(data)} says that it holds ${word(data, 'got', 'something else')}`,
    cause: 'Only application/vnd.in-toto+json is a certificate.',
    remedy: AGAIN,
  }),
  'signature-wrong': (data) => ({
    title: `The signature of ${file(data)} is wrong`,
    cause: 'What it holds was changed after it was signed, or another key signed it.',
    remedy: AGAIN,
  }),
  'key-unknown': (data) => ({
    title: `No key at hand has signed ${file(data)}`,
    cause: `It names ${word(data, 'keyId', 'no key')}, which neither the trust file nor poscert.pub beside it holds.`,
    remedy: 'Give the trust file of the issuer: --trust FILE.',
  }),
  'key-id-wrong': (data) => ({
    title: `${file(data)} names the key ${word(data, 'got', '')}, but ${word(data, 'keyId', 'another')} signed it`,
    cause: ALTERED,
    remedy: AGAIN,
  }),
  'file-link': (data) => ({
    title: `${file(data)} is a link or no file, and is not read`,
    cause: 'It could lead anywhere, and elsewhere tomorrow.',
    remedy: AGAIN,
  }),
  'file-unbound': (data) => ({
    title: `${file(data)} is no part of this certificate`,
    cause: 'It was put beside it, perhaps from another one: nobody has signed it.',
    remedy: `Take it out. ${AGAIN}`,
  }),
  'certificate-unreadable': (data) => ({
    title: `${file(data)} can not be read: ${word(data, 'message', 'the system does not say why')}`,
    remedy: 'Look at the rights of the folder and its files.',
  }),
  'key-file-differs': (data) => ({
    title: `${file(data)} is not the key that signed the certificate`,
    cause: 'The key beside the certificate was exchanged; it decides nothing, but it misleads.',
    remedy: AGAIN,
  }),
  'key-not-trusted': (data) => ({
    title: `Signed by ${word(data, 'keyId', 'a key')}, which is not trusted here`,
    cause: 'The certificate is whole and unaltered; whose key it is, it can not say itself.',
    remedy:
      'Get the fingerprint from its issuer by another way; then list the key in a trust file and give it: --trust FILE.',
  }),
  'issuer-not-trusted': (data) => ({
    title: `The key ${word(data, 'keyId', '')} is trusted, but not to speak for ${word(data, 'issuer', 'this issuer')}`,
    remedy: 'Compare verifierId in the trust file with the issuer of the certificate.',
  }),
  'issued-out-of-time': (data) => ({
    title: `Issued at ${word(data, 'at', 'a time')}, when its key was not to be believed`,
    cause: 'The trust file limits the key by issuedFrom or issuedUntil.',
    remedy: 'Certify again with the key in force.',
  }),
  'not-signed': () => ({
    title: 'Nobody has signed this statement',
    cause: 'There was no key where it was made, as in CI without one.',
    remedy:
      'Let the workflow sign certificate.statement.json (examples/ci), or run again with a key: poscert keys init.',
  }),
  'signed-keyless': () => ({
    title: 'Signed without a key of its own, by the identity of a workflow',
    cause: 'Such a signature is checked with the public roots of Sigstore, which poscert does not fetch.',
    remedy:
      'cosign verify-blob-attestation --bundle certificate.sigstore.json --type https://slsa.dev/verification_summary/v1 --certificate-identity … --certificate-oidc-issuer … run.jsonl',
  }),
  'payload-no-json': (data) => ({
    title: `What ${file(data)} holds is no JSON`,
    cause: ALTERED,
    remedy: AGAIN,
  }),
  'payload-not-canonical': (data) => ({
    title: `What ${file(data)} holds is not in the one canonical form`,
    cause: 'Two tools could read it differently, so it is refused whoever has signed it.',
    remedy: AGAIN,
  }),
  'statement-unknown-member': (data) => ({
    title: `${file(data)} has a member that no certificate has, in ${word(data, 'where', 'its statement')}: ${word(data, 'message', '')}`,
    cause: 'A statement is closed: what one tool ignores another could believe.',
    remedy: AGAIN,
  }),
  'statement-shape': (data) => ({
    title: `${file(data)} is no certificate of poscert: ${word(data, 'where', 'its statement')}: ${word(data, 'message', '')}`,
    cause: 'It states something else, or was made by another version.',
    remedy: 'Verify it with the version of poscert that it names.',
  }),
  'fields-disagree': (data) => ({
    title: `${file(data)} contradicts itself: ${word(data, 'field', 'a member')}`,
    cause: 'Facts that stand in it twice are not the same.',
    remedy: AGAIN,
  }),
  'digest-differs': (data) => ({
    title: `${file(data)} is not the file that the certificate names`,
    cause: ALTERED,
    remedy: AGAIN,
  }),
  'pack-differs': (data) => ({
    title: `${file(data)} lists another case pack than the one that was certified with`,
    cause: 'Other cases, or weaker ones, would prove something else.',
    remedy: AGAIN,
  }),
  'pack-not-shipped': (data) => ({
    title: `It was certified with a case pack that calls itself ${word(data, 'pack', 'the shipped one')} and is not the one that was shipped`,
    cause: 'Cases were changed where it was certified.',
    remedy: 'Certify with the case pack as it is shipped; --pack DIR judges with the changed one.',
  }),
  'page-differs': (data) => ({
    title: `${file(data)} does not show what the certificate states`,
    cause: 'Whoever signed it signed another page than the one that poscert draws.',
    remedy: 'Believe certificate.json; certify again.',
  }),
  'counts-differ': () => ({
    title: 'Judged again, the recording comes to other numbers of cases and duties than the certificate says',
    cause:
      'The version and the case pack are those of the certificate, so the numbers do not follow from its recording.',
    remedy: 'Do not rely on it; certify again.',
  }),
  'not-to-be-signed': () => ({
    title: 'Not to be signed: it was not judged again as a whole by its own version and case pack',
    cause:
      'Another version takes the word of the recording, which could have been changed where the client ran.',
    remedy: 'Use the version of poscert that ran it, on the whole folder.',
  }),
  'recording-odd': (data) => ({
    title: `No run records what stands in record ${word(data, 'seq', '?')} of the recording`,
    cause: 'Records were left out, put in or taken from another run before it was signed.',
    remedy: 'Do not rely on it; certify again.',
  }),
  'bundle-differs': (data) => ({
    title: `${file(data)} does not hold the same envelope as certificate.json`,
    cause: ALTERED,
    remedy: AGAIN,
  }),
  'statement-file-differs': (data) => ({
    title: `${file(data)} does not show what was signed`,
    cause: ALTERED,
    remedy: 'Believe certificate.json; this file only shows what stands in it.',
  }),
  'test-result-disagrees': (data) => ({
    title: `${file(data)} tells other results than the certificate`,
    cause: ALTERED,
    remedy: AGAIN,
  }),
  'recording-torn': () => ({
    title: 'The recording ends in the middle of a line',
    cause: ALTERED,
    remedy: AGAIN,
  }),
  'chain-broken': (data) => ({
    title: `The recording is not the one that was written: line ${word(data, 'line', '?')}: ${word(data, 'fault', 'its chain is broken')}`,
    cause: 'Records were changed, left out or put in another order.',
    remedy: AGAIN,
  }),
  'recording-cut': (data) => ({
    title: `The recording has ${word(data, 'records', 'other')} records, the certificate says ${word(data, 'certified', 'another number')}`,
    cause: 'Its end was cut off, or something was added to it.',
    remedy: AGAIN,
  }),
  'recording-head': () => ({
    title: 'The last record of the recording is not the one that the certificate names',
    cause: ALTERED,
    remedy: AGAIN,
  }),
  'recording-of-another': (data) => ({
    title: `The recording is of another run: ${word(data, 'field', 'a fact')} is not what the certificate says`,
    cause: 'A recording was put beside a certificate that was not made from it.',
    remedy: AGAIN,
  }),
  'case-missing': (data) => ({
    title: `The certificate says nothing of ${series(data, 'cases', 'some cases')}`,
    cause: 'Every case that was planned, and every case that a feature needs, must have a verdict.',
    remedy: 'Certify again.',
  }),
  'verdict-differs': (data) => ({
    title: `Judged again, the recording comes to ${word(data, 'verdict', 'another verdict')}${otherCases(data)}`,
    cause:
      'The version and the case pack are those of the certificate, so it does not follow from its recording.',
    remedy: 'Do not rely on it; certify again.',
  }),

  'gate-version-form': (data) => ({
    title: `${word(data, 'version', 'This')} is no version`,
    cause: 'A version is Major.Minor.Build: three numbers without leading zeros.',
    remedy: 'Give all three parts, in quotes where a file holds it: "2.4.17".',
  }),
  'gate-other-client': (data) => ({
    title: `It certifies ${word(data, 'certified', 'another client')}, not ${word(data, 'name', 'this one')}`,
  }),
  'gate-other-line': (data) => ({
    title: `It covers ${word(data, 'certified', 'another line')}.x; ${word(data, 'version', 'this version')} is of the line ${word(data, 'line', '?')}`,
    cause: 'A build change is covered, a major or minor change is not.',
  }),
  'gate-features': (data) => ({
    title: `It does not certify ${series(data, 'missing', 'a feature')}`,
    cause: `Certified: ${series(data, 'certified', 'nothing')}.`,
  }),
  'gate-environment': (data) => ({
    title: `It covers no ${word(data, 'environment', '')} client`,
    cause: `No ${word(data, 'environment', '')} client id was stated when it was issued.`,
    remedy: `Add ${word(data, 'environment', 'production')}ClientId under client in poscert.yaml and certify again.`,
  }),
  'gate-client-id': (data) => ({
    title: `It does not cover the ${word(data, 'environment', '')} client id ${word(data, 'clientId', '')}`,
    cause: `Certified: ${series(data, 'certified', 'none')}.`,
  }),
  'gate-demo': (data) => ({
    title: `It is a demonstration: poscert's own reference client was run, not ${word(data, 'name', 'the till')}`,
    remedy: 'Certify the till itself. --allow-demo takes demonstrations, to try a pipeline out.',
  }),
  'gate-assurance': (data) => ({
    title: `Its assurance is ${word(data, 'assurance', 'less')}, wanted is ${word(data, 'least', 'more')}`,
    remedy: 'The assurance of a key is what the trust file says of it.',
  }),
  'gate-tier': () => ({
    title: 'Only the certification cases were run, not the hardening ones',
    remedy: 'Certify with --tier all.',
  }),
  'gate-pack': (data) => ({
    title: `Its case pack is ${word(data, 'version', 'older')}, wanted is at least ${word(data, 'least', 'a newer one')}`,
  }),
  'gate-nothing-there': (data) => ({
    title: `There is no certificate below ${word(data, 'folder', 'that folder')}`,
    remedy: 'Certify first, or say where they are: --certificates DIR.',
  }),
  'gate-whose': (data) => ({
    title: `The certificates are of several clients: ${series(data, 'names', '')}`,
    remedy: 'Say whose is meant: --client-name NAME, or run it beside a poscert.yaml.',
  }),
  'gate-no-version': () => ({
    title: 'Which version is to be covered?',
    remedy: 'poscert gate 2.4.17 --features payments,refunds',
  }),
  'gate-two-versions': (data) => ({
    title: `Two versions were given: ${series(data, 'versions', '')}`,
    remedy: 'Give it once, as an argument or with --version.',
  }),

  'trust-missing': (data) => ({
    title: `There is no trust file ${word(data, 'path', '')}`,
    remedy: 'It is a list of keys: verifierId, spkiPem, assurance (docs/certificate.md).',
  }),
  'trust-key': (data) => ({
    title: `The trust file's key for ${word(data, 'issuer', 'an issuer')} is no Ed25519 public key`,
    remedy: 'Put the text of poscert.pub there, with its first and last line.',
  }),
  'pack-other': (data) => ({
    title: `The case pack in ${word(data, 'folder', 'that folder')} is not the one that was certified with`,
    remedy: 'Its digest must be that of pack.sha256 beside the certificate.',
  }),

  'key-file-missing': (data) => ({
    title: `There is no key ${word(data, 'path', '')}`,
    remedy: 'POSCERT_SIGNING_KEY_FILE names a private key in PEM; poscert keys init makes one.',
  }),
  'key-file-link': (data) => ({
    title: `${word(data, 'path', 'The key')} is a link, and links are not followed to keys`,
    remedy: 'Name the file itself.',
  }),
  'key-file-kind': (data) => ({ title: `${word(data, 'path', 'The key')} is no key file` }),
  'key-file-open': (data) => ({
    title: `Others can read ${word(data, 'path', 'the key')}`,
    cause: 'A key that others can read can sign in their hands.',
    remedy: `chmod 600 ${word(data, 'path', 'the file')}; if others may have read it, make another: poscert keys rotate`,
  }),
  'key-file-foreign': (data) => ({ title: `${word(data, 'path', 'The key')} belongs to another user` }),
  'key-exists': (data) => ({
    title: `There is a key already: ${word(data, 'path', '')}`,
    remedy: 'poscert keys show tells which; poscert keys rotate makes another and puts this one aside.',
  }),
  'key-passphrase-missing': () => ({
    title: 'The key is locked with a passphrase',
    remedy: 'Hand it over in POSCERT_SIGNING_KEY_PASSPHRASE.',
  }),
  'key-passphrase-wrong': () => ({ title: 'The passphrase does not open the key' }),
  'key-kind': () => ({
    title: 'The key is no Ed25519 key',
    remedy: 'poscert keys init makes one; so does: openssl genpkey -algorithm ed25519',
  }),
  'key-unreadable': () => ({
    title: 'The key is no private key in PEM',
    remedy: 'It begins with -----BEGIN PRIVATE KEY-----, line breaks and all.',
  }),
  'keys-none': (data) => ({
    title: `There is no key in ${word(data, 'folder', 'your folder of keys')}`,
    remedy: 'poscert keys init makes one.',
  }),
  'keys-in-ci': () => ({
    title: 'In CI no key is made: it would be another one every time, and nobody would trust it',
    remedy:
      'Make it once by hand and hand it over in POSCERT_SIGNING_KEY_FILE; or let the workflow sign the statement (docs/certificate.md).',
  }),
  'not-named': () => ({
    title: 'the client has no name that a certificate can bear',
    remedy: 'Say client.name in poscert.yaml: the client system as MobilePay knows it.',
  }),
  'no-version': () => ({
    title: 'the client has no version Major.Minor.Build',
    remedy: 'Say client.version in poscert.yaml, in quotes, or take it from a file: { from: package.json }.',
  }),
};

function otherCases(data: JsonObject): string {
  const cases = member(data, 'cases');
  if (!Array.isArray(cases) || cases.length === 0) return '';
  const names = cases.map((one) => (isJsonObject(one) ? word(one, 'case', '?') : '?'));
  return `: ${choice({ names }, 'names', '')}`;
}
