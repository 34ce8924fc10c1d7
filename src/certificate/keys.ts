import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { toBase64 } from '../std/bytes.ts';

/** Someone who can sign: pure Ed25519 (standards.md 1.4). The private key stays in the closure. */
export interface Signer {
  /** The OpenSSH SHA256 fingerprint. */
  readonly keyId: string;
  /** SPKI PEM. */
  readonly publicKey: string;
  sign(bytes: Uint8Array): Uint8Array;
}

/** A signer, or why a text holds none: a code in `words`. */
export type SignerRead =
  | { readonly ok: true; readonly signer: Signer }
  | { readonly ok: false; readonly code: string; readonly data: { readonly message?: string } };

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

/** A new key: its private half as PKCS#8 PEM, encrypted where there is a passphrase (openssl reads it). */
export function generateKey(passphrase?: string): {
  readonly privateKey: string;
  readonly publicKey: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const cipher = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/** Reads a private key as PEM. */
export function readSigner(pem: string, passphrase?: string): SignerRead {
  const locked = /-----BEGIN ENCRYPTED PRIVATE KEY-----/.test(pem);
  if (locked && passphrase === undefined) return { ok: false, code: 'key-passphrase-missing', data: {} };
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    if (key.asymmetricKeyType !== 'ed25519') return { ok: false, code: 'key-kind', data: {} };
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
    const signer = {
      keyId: keyIdOf(publicKey) ?? '',
      publicKey,
      sign: (bytes: Uint8Array) => sign(null, bytes, key),
    };
    return { ok: true, signer };
  } catch {
    // OpenSSL's own messages can quote the text; a private key must not reach a screen.
    return { ok: false, code: locked ? 'key-passphrase-wrong' : 'key-unreadable', data: {} };
  }
}

/** The 32 bytes of an Ed25519 public key in SPKI PEM; undefined where the text is anything else. */
function rawKey(pem: string): Buffer | undefined {
  try {
    const der = createPublicKey({ key: pem, format: 'pem', type: 'spki' }).export({
      type: 'spki',
      format: 'der',
    });
    const isEd25519 =
      der.length === SPKI_PREFIX.length + KEY_BYTES &&
      der.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX);
    return isEd25519 ? der.subarray(SPKI_PREFIX.length) : undefined;
  } catch {
    return undefined;
  }
}

/** `string(name) || string(bytes)`, as OpenSSH puts a key on the wire. */
function sshWire(raw: Buffer): Buffer {
  const text = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  return Buffer.concat([text(Buffer.from('ssh-ed25519')), text(raw)]);
}

/** `SHA256:<unpadded base64>` as `ssh-keygen -lf` prints it; other verifiers skip a signature with another key id (standards.md 1.4). */
export function keyIdOf(publicKey: string): string | undefined {
  const raw = rawKey(publicKey);
  if (raw === undefined) return undefined;
  const digest = createHash('sha256').update(sshWire(raw)).digest();
  return `SHA256:${toBase64(digest).replace(/=+$/, '')}`;
}

/** The line that ssh-keygen can show a fingerprint of. */
export function sshLineOf(publicKey: string, comment: string): string | undefined {
  const raw = rawKey(publicKey);
  return raw === undefined ? undefined : `ssh-ed25519 ${toBase64(sshWire(raw))} ${comment}`;
}

/** A public key in the one form that we write; undefined where the text is no Ed25519 key. */
export function publicPem(text: string): string | undefined {
  return rawKey(text) === undefined
    ? undefined
    : createPublicKey(text).export({ type: 'spki', format: 'pem' }).toString();
}

/** Whether `signature` is that of `publicKey` over `bytes`. Never throws. */
export function isSignedBy(publicKey: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (rawKey(publicKey) === undefined) return false;
  try {
    return verify(null, bytes, createPublicKey(publicKey), signature);
  } catch {
    return false;
  }
}
