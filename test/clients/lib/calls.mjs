import { setTimeout as sleepFor } from 'node:timers/promises';
import { Abandoned, Refused } from './endings.mjs';
import { exchange } from './http.mjs';
import { exchange10 } from './http10.mjs';
import { dropToken, takeToken } from './token.mjs';

/** Sleeps; throws Abandoned when the session ends meanwhile. */
export async function sleep(till, ms) {
  if (ms > 0) await sleepFor(ms, undefined, { signal: till.signal }).catch(() => {});
  checkAlive(till);
}

export function checkAlive(till) {
  if (till.signal.aborted) throw new Abandoned('the session was replaced');
}

/** Puts one prepared request on the wire: `wire` is { base, path, query, headers, body, form? }. */
export async function transmit(till, call, wire) {
  const query = new URLSearchParams(wire.query ?? {}).toString();
  const url = `${wire.base}${wire.path}${query === '' ? '' : `?${query}`}`;
  const text = wire.form ?? (wire.body === undefined ? undefined : JSON.stringify(wire.body));
  const send = till.policy.http10 ? exchange10 : exchange;
  const options = {
    method: call.method,
    headers: wire.headers,
    text,
    timeoutMs: till.policy.timeoutMs(call, till),
    agents: till.agents,
    ca: till.ca,
    signal: till.signal,
    abandon: till.policy.abandonsTimeouts,
  };
  let result = await send({ ...options, url });
  checkAlive(till);
  if (till.policy.followsRedirects && result.status >= 300 && result.status < 400 && result.headers.location)
    result = await send({ ...options, url: new URL(result.headers.location, url).href });
  till.log(`${call.method} ${url} → ${result.status ?? result.why}`);
  return parse(result, call);
}

/** An answer without the JSON that the call needs is as good as none: only a repeat can tell what happened. */
function parse(result, call) {
  if (result.kind === 'lost') return result;
  let json;
  if (result.text !== '') {
    try {
      json = JSON.parse(result.text);
    } catch {
      if (result.status < 300) return { kind: 'lost', why: 'malformed' };
    }
  }
  if (result.status < 300 && call.wants !== undefined && !(json instanceof Object && call.wants in json))
    return { kind: 'lost', why: `no ${call.wants}` };
  const code = typeof json?.code === 'string' ? json.code : '';
  return { kind: 'answer', status: result.status, headers: result.headers, json, code };
}

/** One attempt of a PoS call: headers, token, and the one repeat with a new token that a 401 allows. */
export async function attempt(till, call) {
  for (let again = false; ; again = true) {
    const token = await takeToken(till);
    if (token.kind === 'lost' || token.value === undefined) return token;
    const headers = {
      Authorization: `Bearer ${token.value}`,
      'X-MobilePay-Client-System-Version': till.version,
      Accept: 'application/json',
    };
    if (!till.policy.vatInToken) headers['X-MobilePay-Merchant-VAT-Number'] = till.api.merchantVat;
    const key = till.policy.keyOf(call, till);
    if (key !== undefined) headers['X-MobilePay-Idempotency-Key'] = key;
    if (call.body !== undefined) headers['Content-Type'] = 'application/json';
    const wire = {
      base: call.base ?? till.api.baseUrl,
      path: call.path,
      query: call.query,
      headers,
      body: call.body,
    };
    call.again = again;
    const result = await transmit(
      till,
      call,
      till.policy.outgoing(globalThis.structuredClone(wire), call, till),
    );
    if (result.status !== 401) return result;
    if (till.policy.renewsTokenAfter401) dropToken(till, token.value);
    if (again) return result;
  }
}

/**
 * A call with retries: network errors, 5xx and answers that make no sense are repeated with the same key and body.
 * Resolves with the last result; `spent` says that no retry brought an answer.
 */
export async function call(till, given) {
  let current = { attempt: 0, ...given };
  for (;;) {
    const result = await attempt(till, current);
    if (!till.policy.isTransient(result, current)) return result;
    if (current.attempt >= till.policy.retries(current, till, result))
      return { ...result, spent: !(result.status >= 400 && result.status < 500) };
    const asked = Number(result.headers?.['retry-after'] ?? 0) * 1000;
    const pause = till.policy.backoffMs(current, result);
    await sleep(till, Math.max(pause, Math.min(asked > 0 ? asked : 0, 2000)));
    current = till.policy.onRetry({ ...current, attempt: current.attempt + 1, previous: result }, till);
  }
}

export const succeeded = (result) =>
  result.kind === 'answer' && result.spent !== true && result.status >= 200 && result.status < 300;

/** Says no as the API did, in the till's words. */
export const refusal = (what, result) =>
  new Refused(`${what}: ${result.status}${result.code ? ` ${result.code}` : ''}`, result.code);
