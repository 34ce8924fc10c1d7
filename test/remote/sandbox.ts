import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../src/model/config.ts';
import { serve, type Host } from '../../src/serve.ts';

export const CA = fileURLToPath(new URL('../gateway/tls-cert.pem', import.meta.url));
const KEY = fileURLToPath(new URL('../gateway/tls-key.pem', import.meta.url));
export const TLS = { cert: CA, key: KEY };
export const CLIENT_ID = '7c0f8a5e-1111-4111-8111-111111111111';
export const SECRET = 'only-the-sandbox-knows-4711';

/** Somebody else's sandbox: over TLS, with a certificate of its own, its clock that of the world. */
export function elsewhere(): Promise<Host> {
  return serve({
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    tls: { cert: readFileSync(CA, 'utf8'), key: readFileSync(KEY, 'utf8') },
    settings: { pollDelayInMs: 100 },
    description: '',
    warn: () => undefined,
    trouble: () => undefined,
  });
}

export function targetAt(origin: string, more: object = {}): Config['target'] {
  return {
    kind: 'remote',
    baseUrl: `${origin}/pos/v10`,
    authBaseUrl: `${origin}/integrator-authentication`,
    clientSecret: { env: 'NOT_ASKED_FOR_HERE' },
    ca: CA,
    ...more,
  };
}

/** One call of the sandbox's control API; rejects where it is refused. */
export function control(host: Host, method: 'GET' | 'POST', path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const body = method === 'POST' ? '{}' : '';
    const sent = request(
      `${host.controlOrigin}/${path}`,
      { method, ca: readFileSync(CA), headers: body === '' ? {} : { 'Content-Type': 'application/json' } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        answer.on('end', () => {
          if ((answer.statusCode ?? 500) < 300) resolve(text === '' ? undefined : JSON.parse(text));
          else reject(new Error(`${path}: ${answer.statusCode} ${text}`));
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
