import {
  currentKeyFile,
  keyIdOf,
  publicKeys,
  readKeyFile,
  retireKey,
  sshLineOf,
  type Signer,
} from '../inspect.ts';
import { exitCode } from '../words/exit-codes.ts';
import { refuse } from './failure.ts';
import type { Io } from './io.ts';
import { findSigner, inCi, keyProblem, makeKey, ownKeyFolder, type SigningSecrets } from './signing.ts';

/** `poscert keys init`: makes the key that signs certificates; never over another. */
export async function keysInitCommand(io: Io, secrets: SigningSecrets): Promise<number> {
  if (inCi(io.env)) return refuse([{ code: 'keys-in-ci', data: {} }], io);
  const made = await makeKey(secrets, io);
  if (!made.ok) return refuse(made.problems, io);
  io.out(told(made.value));
  return exitCode('passed');
}

/** `poscert keys show`: the public half and its fingerprint, to be given to whoever is to trust it. */
export async function keysShowCommand(io: Io, secrets: SigningSecrets, json: boolean): Promise<number> {
  const folder = ownKeyFolder(io);
  const found = await findSigner(secrets, io);
  if (!found.ok) return refuse(found.problems, io);
  if (found.value === undefined) return refuse([{ code: 'keys-none', data: { folder } }], io);
  const { keyId, publicKey } = found.value;
  const others = (await publicKeys(folder)).flatMap((one) => keyIdOf(one) ?? []).filter((id) => id !== keyId);
  if (json) {
    const ssh = sshLineOf(publicKey, 'poscert') ?? '';
    io.out(`${JSON.stringify({ keyId, publicKey, ssh, putAside: others }, null, 2)}\n`);
    return exitCode('passed');
  }
  io.out(told(found.value));
  for (const id of others) io.out(`put aside: ${id}\n`);
  return exitCode('passed');
}

/** `poscert keys rotate`: another key signs from now on; certificates of the old one stay as they are and go on being trusted. */
export async function keysRotateCommand(io: Io, secrets: SigningSecrets, now: () => Date): Promise<number> {
  if (inCi(io.env)) return refuse([{ code: 'keys-in-ci', data: {} }], io);
  const folder = ownKeyFolder(io);
  try {
    if ((await readKeyFile(currentKeyFile(folder))) === undefined)
      return refuse([{ code: 'keys-none', data: { folder } }], io);
    const [current = ''] = await publicKeys(folder);
    const old = await retireKey(folder, keyIdOf(current) ?? 'unknown', now());
    io.err(`The old key signs nothing more: ${old}\nKeep its .pub; delete the .pem once nobody needs it.\n`);
  } catch (thrown) {
    return refuse([keyProblem(thrown)], io);
  }
  const made = await makeKey(secrets, io);
  if (!made.ok) return refuse(made.problems, io);
  io.out(told(made.value));
  return exitCode('passed');
}

function told({ keyId, publicKey }: Signer): string {
  return `${keyId}\n${publicKey}${sshLineOf(publicKey, 'poscert') ?? ''}\n`;
}
