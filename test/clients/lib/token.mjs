import { transmit } from './calls.mjs';
import { Refused } from './endings.mjs';

/** The token in force, or a new one. Resolves to { value } or to the result that kept us from getting one. */
export async function takeToken(till) {
  const kept = till.token;
  if (till.policy.reusesToken && kept !== undefined && kept.until > Date.now()) return kept;
  const result = await askWithRetries(till);
  if (result.kind !== 'answer' || result.status >= 500) return result;
  if (result.status >= 300) throw new Refused(`no token: ${result.status}`, result.json?.error);
  const lifeMs = Number(result.json.expires_in ?? 3600) * 1000;
  till.token = {
    value: result.json.access_token,
    until: Date.now() + lifeMs - Math.min(60_000, lifeMs / 10),
  };
  if (till.keepsToken) {
    till.store.data.token = till.token;
    till.store.save();
  }
  return till.token;
}

/** Forgets a token that was answered 401, unless another has replaced it already. */
export function dropToken(till, value) {
  if (till.token?.value !== value) return;
  till.token = undefined;
  till.store.data.token = undefined;
}

async function askWithRetries(till) {
  for (let attempt = 0; ; attempt += 1) {
    const result = await ask(till, attempt);
    const transient = result.kind === 'lost' || result.status >= 500;
    if (!transient || attempt >= till.policy.retries({ operation: 'getToken' }, till)) return result;
    await till.sleep(till.policy.backoffMs({ operation: 'getToken', attempt }, result));
  }
}

function ask(till, attempt) {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (till.policy.vatInToken) form.set('merchant_vat', till.api.merchantVat);
  const basic = Buffer.from(`${till.api.clientId}:${till.api.clientSecret}`).toString('base64');
  const wire = {
    base: till.api.authBaseUrl,
    path: '/connect/token',
    headers: {
      Authorization: `Basic ${basic}`,
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    form: form.toString(),
  };
  const call = { operation: 'getToken', method: 'POST', path: wire.path, attempt, wants: 'access_token' };
  return transmit(till, call, till.policy.outgoing(wire, call, till));
}
