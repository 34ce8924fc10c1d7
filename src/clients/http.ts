import { notJson } from './not-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { ClientFaultError, type Client, type ClientFault, type Reply } from '../model/client.ts';
import { LINE_LIMIT } from './lines.ts';
import { postJson } from './post.ts';
import { initialized, parseLine, replyIn, type ResultShapes } from './reply.ts';

/** The http driver: JSON-RPC 2.0 by POST to a client that runs already. Nothing of it can be killed: a restart is soft. */
export function httpClient(url: string, shapes: ResultShapes): Client {
  let next = 0;
  let activity: () => void = () => undefined;
  let lane = '';
  let soft = new AbortController();

  async function call(command: string, params: JsonObject, signal: AbortSignal): Promise<Reply> {
    next += 1;
    const id = next;
    const fault = (code: string, data: JsonObject): ClientFaultError =>
      new ClientFaultError({ code, data: { command, ...data }, stderr: [] });
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: command, params });
    const answer = await postJson(url, body, LINE_LIMIT, AbortSignal.any([signal, soft.signal])).catch(
      (thrown: unknown) => {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        throw signal.aborted || soft.signal.aborted
          ? fault('client-abandoned', {})
          : fault('client-unreachable', { url, message });
      },
    );
    activity();
    if (answer.status !== 200) throw fault('client-http-status', { status: answer.status, url });
    const message: JsonValue | undefined = parseLine(answer.text);
    if (!isJsonObject(message)) throw fault('client-not-json', { ...notJson(answer.text), by: 'http' });
    if (message['id'] !== id) throw fault('client-wrong-id', { id: message['id'] ?? null, expected: id });
    return replyIn(command, message, answer.text, shapes, []);
  }

  return {
    exited: new Promise<ClientFault>(() => undefined),
    traits: { killable: false, kind: 'http' },
    onActivity: (listener) => (activity = listener),
    call,
    kill() {
      // A command that runs is abandoned: the `initialize` that follows makes the client forget it.
      soft.abort();
      soft = new AbortController();
      return Promise.resolve();
    },
    async start(params, signal) {
      lane = params.lane;
      const overdue = AbortSignal.timeout(params.patienceMs);
      try {
        const reply = await call('initialize', { ...params }, AbortSignal.any([signal, overdue]));
        return initialized(reply, []);
      } catch (thrown) {
        if (!overdue.aborted) throw thrown;
        const data = { command: 'initialize', ms: params.patienceMs };
        throw new ClientFaultError({ code: 'client-silent', data, stderr: [] });
      }
    },
    async stop(signal) {
      const overdue = AbortSignal.timeout(5000);
      return call('shutdown', { lane }, AbortSignal.any([signal, overdue])).then(
        () => ({}),
        () => ({ warning: 'client-shutdown-failed' }),
      );
    },
  };
}
