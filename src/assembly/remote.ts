import type { Config } from '../model/config.ts';
import { isJsonObject, member, textMember, type JsonValue } from '../model/json.ts';
import type { Header, HttpAnswer, HttpRequest } from '../model/http.ts';
import { classify, type Operation } from '../model/operation.ts';
import type { Operator } from '../model/operator.ts';
import type { Acts, CallbackOrder, RemoteGet, RemoteKind, Truth, Upstream } from '../model/ports.ts';
import type { ActOutcome } from '../model/recording.ts';
import { parseJson } from '../std/bytes.ts';
import { createRemoteUpstream } from '../gateway/remote.ts';
import { askCustomer } from './customer.ts';

/** A sandbox on another machine behind the ports of engine and gateway. */
export interface RemoteSandbox {
  readonly upstream: Upstream;
  readonly acts: Acts;
  readonly truth: Truth;
  close(): Promise<void>;
}

export interface RemotePorts {
  readonly target: Extract<Config['target'], { kind: 'remote' }>;
  readonly kind: RemoteKind;
  readonly operations: readonly Operation[];
  readonly lane: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly merchantVat: string;
  /** What our own questions name as their version. */
  readonly version: string;
  /** Who acts as the customer; absent: nobody. */
  readonly operator: Operator | undefined;
  /** Delivers notifications to the client. */
  readonly deliver: (orders: readonly CallbackOrder[]) => Promise<ActOutcome>;
  /** Takes a token that was issued, so that it is masked wherever it turns up. */
  readonly learn: (secret: string) => void;
  /** The sandbox could not be asked: the case can't be judged. */
  readonly trouble: (message: string) => void;
  /** ms, monotonic. */
  readonly now: () => number;
}

/** Where the gateway's paths lead, fixed for the run: the API, its tokens, and its user simulation for our own use. */
const API = '/pos/v10';
const TOKENS = '/integrator-authentication';
const SIMULATION = '/pos/app/usersimulation';

/** A remote sandbox: requests go on over HTTPS, the customer is a person or a test user, and what a case checks is asked of the API. */
export function remoteSandbox(ports: RemotePorts): RemoteSandbox {
  const { target, kind, operations } = ports;
  const view = kind.view(ports.merchantVat);
  const { origin } = new URL(target.baseUrl);
  const remote = createRemoteUpstream({
    mounts: [
      { prefix: API, base: target.baseUrl },
      { prefix: TOKENS, base: target.authBaseUrl },
      { prefix: SIMULATION, base: `${origin}${SIMULATION}` },
    ],
    ...(target.ca === undefined ? {} : { ca: target.ca }),
  });
  const closing = new AbortController();
  const token = tokenOf(ports, remote, closing.signal);
  const asked = async (method: string, path: string, body?: JsonValue): Promise<HttpAnswer> => {
    const send = async (): Promise<HttpAnswer> =>
      remote.handle(
        request(
          method,
          path,
          [
            ['Authorization', `Bearer ${await token.current()}`],
            ...kind.headers(ports.merchantVat, ports.version),
            ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
          ],
          body === undefined ? '' : JSON.stringify(body),
        ),
        closing.signal,
      );
    const first = await send();
    if (first.status !== 401) return first;
    token.forget();
    return send();
  };
  const get: RemoteGet = async (path) => {
    const answer = await asked('GET', `${API}${path}`);
    if (answer.status >= 500) throw new Error(`GET ${path} was answered ${answer.status}`);
    const json = jsonOf(answer.body);
    return { status: answer.status, ...(json === undefined ? {} : { json }) };
  };
  const simulated = async (name: string, args: Parameters<Acts['act']>[2]): Promise<ActOutcome> => {
    const call = await view.simulate(name, args, get);
    if (call === undefined) return { kind: 'unsupported', message: 'its test users can not do that' };
    const answer = await asked('POST', call.path, call.body);
    return answer.status >= 200 && answer.status < 300
      ? { kind: 'done', result: {} }
      : {
          kind: 'impossible',
          code: 'simulation-refused',
          message: `the user simulation answered ${answer.status}`,
        };
  };

  const notified = async (args: Parameters<Acts['act']>[2]): Promise<ActOutcome> => {
    const orders = await view.notify(args, get);
    return orders === undefined
      ? {
          kind: 'impossible',
          code: 'noCallbackAlias',
          message: 'there is no point of sale with a callbackAlias',
        }
      : ports.deliver(orders);
  };
  const reached = (work: Promise<ActOutcome>): Promise<ActOutcome> =>
    work.catch((thrown: unknown): ActOutcome => {
      ports.trouble(messageOf(thrown));
      return { kind: 'unsupported', message: messageOf(thrown) };
    });

  const past = createPast(remote);
  return {
    upstream: {
      async handle(given, signal) {
        const answer = await past.handle(given, signal);
        const found = classify(operations, given.method, given.path);
        if (found !== undefined)
          view.see(
            found.operation.name,
            found.params,
            jsonOf(given.body),
            answer.status,
            jsonOf(answer.body),
          );
        return answer;
      },
    },
    acts: {
      async act(group, name, args, signal) {
        if (group === 'callback') return reached(notified(args));
        if (group !== 'customer')
          return { kind: 'unsupported', message: `a remote sandbox can not be told ${group}: ${name}` };
        if (target.testUsers === true) return reached(simulated(name, args));
        const { operator, lane } = ports;
        if (operator === undefined) return { kind: 'unsupported', message: 'nobody acts as the customer' };
        return past.during(() => askCustomer(operator, lane, name, args, signal));
      },
    },
    truth: {
      async ask(truth, query) {
        try {
          return await view.ask(truth, query, get);
        } catch (thrown) {
          if (!closing.signal.aborted) ports.trouble(messageOf(thrown));
          return null;
        }
      },
    },
    async close() {
      closing.abort();
      await remote.close();
    },
  };
}

/**
 * While a person is about an act, what was read before is shown as it was before: no client is faster than the act (case-language.md). Once the
 * act is done, everything is asked anew.
 */
function createPast(remote: Upstream): Upstream & { during<T>(act: () => Promise<T>): Promise<T> } {
  const read = new Map<string, HttpAnswer>();
  let acting = 0;
  return {
    async handle(given, signal) {
      const known = acting > 0 && given.method === 'GET' ? read.get(given.target) : undefined;
      if (known !== undefined) return known;
      const answer = await remote.handle(given, signal);
      if (given.method === 'GET' && answer.status === 200) read.set(given.target, answer);
      return answer;
    },
    async during(act) {
      acting += 1;
      try {
        return await act();
      } finally {
        acting -= 1;
      }
    },
  };
}

/** A token of our own, for what we ask ourselves. */
function tokenOf(
  ports: RemotePorts,
  remote: Upstream,
  signal: AbortSignal,
): { current(): Promise<string>; forget(): void } {
  let known: { readonly text: Promise<string>; readonly until: number } | undefined;
  const fetched = async (): Promise<string> => {
    const pair = Buffer.from(`${ports.clientId}:${ports.clientSecret}`, 'utf8').toString('base64');
    const headers: Header[] = [
      ['Authorization', `Basic ${pair}`],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ];
    const form = `grant_type=client_credentials&merchant_vat=${encodeURIComponent(ports.merchantVat)}`;
    const answer = await remote.handle(request('POST', `${TOKENS}/connect/token`, headers, form), signal);
    const json = jsonOf(answer.body);
    const text = textMember(json, 'access_token');
    if (text === undefined)
      throw new Error(`no token was issued to us: the token endpoint answered ${answer.status}`);
    ports.learn(text);
    const seconds = member(json, 'expires_in');
    // Renewed well before its end, so that no question of ours is answered 401 for its age.
    const ms = typeof seconds === 'number' ? Math.max(0, seconds * 1000 - 60_000) : 0;
    known = { text: Promise.resolve(text), until: ports.now() + ms };
    return text;
  };
  return {
    async current() {
      if (known !== undefined && ports.now() < known.until) return known.text;
      known = { text: fetched(), until: Number.POSITIVE_INFINITY };
      try {
        return await known.text;
      } catch (thrown) {
        known = undefined;
        throw thrown;
      }
    },
    forget() {
      known = undefined;
    },
  };
}

function request(method: string, target: string, headers: readonly Header[], text: string): HttpRequest {
  const [path = '', query = ''] = target.split('?');
  return { method, target, path, query, headers, body: new TextEncoder().encode(text) };
}

function jsonOf(body: Uint8Array): JsonValue | undefined {
  const value = body.length === 0 ? undefined : parseJson(new TextDecoder().decode(body));
  return isJsonObject(value) || Array.isArray(value) ? (value as JsonValue) : undefined;
}

/** What the system said, with its code: fetching libraries put the cause inside. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = (thrown as NodeJS.ErrnoException).code;
  return code === undefined || thrown.message.includes(code) ? thrown.message : `${thrown.message} (${code})`;
}
