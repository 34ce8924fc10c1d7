import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { Config } from '../../model/config.ts';
import type { Check } from '../../model/diagnosis.ts';
import { checksOf, systemError } from './check.ts';

const check = checksOf('gateway');

/** Whether the gateway can listen where it is told to, once for every lane that runs side by side, and whether its certificate can be used. */
export async function gatewayChecks(config: Config, lanes: number, now: Date): Promise<Check[]> {
  const { host, port, tls } = config.gateway;
  const ports = Array.from({ length: port === 0 ? 1 : Math.max(1, lanes) }, (_, lane) =>
    port === 0 ? 0 : port + lane,
  );
  const troubles: Check[] = [];
  for (const one of ports) {
    const code = await listenFault(host, one);
    if (code !== undefined) troubles.push(listenCheck(code.code, host, one, code.message));
  }
  if (tls !== undefined) troubles.push(...(await tlsChecks(tls, now)));
  if (troubles.some((one) => one.state !== 'warning')) return troubles;
  return [check('ok', 'doctor-gateway', { host, port, last: ports.at(-1) ?? port }), ...troubles];
}

/** Binds the address as the gateway would, and lets it go. */
function listenFault(
  host: string,
  port: number,
): Promise<{ readonly code: string; readonly message: string } | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(systemError(error)));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

function listenCheck(code: string, host: string, port: number, message: string): Check {
  switch (code) {
    case 'EADDRINUSE':
      return check('error', 'port-in-use', { host, port, message });
    case 'EACCES':
      return check('error', 'doctor-port-forbidden', { host, port });
    default:
      return check('error', 'doctor-host-not-here', { host, message });
  }
}

async function tlsChecks(tls: { readonly cert: string; readonly key: string }, now: Date): Promise<Check[]> {
  const texts: string[] = [];
  for (const path of [tls.cert, tls.key])
    try {
      texts.push(await readFile(path, 'utf8'));
    } catch (thrown) {
      return [check('usage', 'doctor-tls-file', { path, message: systemError(thrown).message })];
    }
  const [cert = '', key = ''] = texts;
  try {
    createSecureContext({ cert, key });
    const { validFrom, validTo } = new X509Certificate(cert);
    if (now >= new Date(validFrom) && now <= new Date(validTo)) return [];
    return [check('usage', 'doctor-tls-dates', { path: tls.cert, from: validFrom, to: validTo })];
  } catch (thrown) {
    // OpenSSL's word for it names no secret: a reason and a place in its own sources.
    return [check('usage', 'doctor-tls-pair', { ...tls, message: systemError(thrown).message })];
  }
}
