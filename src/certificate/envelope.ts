import { BUNDLE_TYPE, PAYLOAD_TYPE, envelopeSchema, type Envelope } from '../model/certificate.ts';
import type { Problem } from '../model/problem.ts';
import { decodeUtf8, fromBase64, parseJson, toBase64 } from '../std/bytes.ts';
import { duplicateMember } from './duplicate.ts';
import type { Signer } from './keys.ts';

/** What DSSE 1.0.2 signs: the payload with its type and their lengths, so that a signature can't be used for another kind of document. */
export function preAuthenticated(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head, 'utf8'), payload]);
}

/** Signs canonical JSON. */
export function seal(payload: string, signer: Signer): Envelope {
  const bytes = Buffer.from(payload, 'utf8');
  const sig = toBase64(signer.sign(preAuthenticated(PAYLOAD_TYPE, bytes)));
  return { payload: toBase64(bytes), payloadType: PAYLOAD_TYPE, signatures: [{ keyid: signer.keyId, sig }] };
}

/** JSON as we write files for people and tools: two spaces, a line feed at the end. */
export function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** An envelope as a file. */
export function envelopeText(envelope: Envelope): string {
  const { payload, payloadType, signatures } = envelope;
  return prettyJson({
    payload,
    payloadType,
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })),
  });
}

/** The same envelope as a Sigstore bundle v0.3; the hint must equal the key id (standards.md 1.4). */
export function bundleText(envelope: Envelope): string {
  const { payload, payloadType, signatures } = envelope;
  return prettyJson({
    mediaType: BUNDLE_TYPE,
    verificationMaterial: { publicKey: { hint: signatures[0]?.keyid ?? '' }, tlogEntries: [] },
    dsseEnvelope: { payload, payloadType, signatures },
  });
}

/** An envelope whose form is right; its signature has not been looked at. */
export interface OpenedEnvelope {
  readonly envelope: Envelope;
  readonly keyId: string;
  readonly signature: Uint8Array;
  /** The bytes that were signed, and no others are read. */
  readonly signed: Uint8Array;
  readonly payload: Uint8Array;
}

export type Opened<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** Reads a file that holds an envelope, written exactly as we write it: then no two readers can read it differently. */
export function openEnvelope(bytes: Uint8Array, file: string): Opened<OpenedEnvelope> {
  const refuse = (code: string, data: Problem['data'] = {}): Opened<OpenedEnvelope> => ({
    ok: false,
    problem: { code, place: { file }, data: { file, ...data } },
  });
  const text = decodeUtf8(bytes);
  const value = text === undefined ? undefined : parseJson(text);
  if (text === undefined || value === undefined) return refuse('envelope-no-json');
  const twice = duplicateMember(text);
  if (twice !== undefined) return refuse('duplicate-member', { member: twice });
  const parsed = envelopeSchema.safeParse(value);
  if (!parsed.success) return refuse('envelope-shape', { message: parsed.error.issues[0]?.message ?? '' });
  const envelope = parsed.data;
  const [only, ...others] = envelope.signatures;
  if (only === undefined || others.length > 0)
    return refuse('signature-count', { count: envelope.signatures.length });
  if (envelope.payloadType !== PAYLOAD_TYPE) return refuse('payload-type', { got: envelope.payloadType });
  const payload = fromBase64(envelope.payload);
  const signature = fromBase64(only.sig);
  if (payload === undefined || signature === undefined) return refuse('envelope-base64');
  if (text !== envelopeText(envelope)) return refuse('envelope-form');
  const signed = preAuthenticated(envelope.payloadType, payload);
  return { ok: true, value: { envelope, keyId: only.keyid, signature, signed, payload } };
}
