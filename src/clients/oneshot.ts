import { isUtf8 } from 'node:buffer';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { ClientFaultError, RPC, type Client, type ClientFault, type Reply } from '../model/client.ts';
import { exitFault, LOG_LIMIT, startChild, type Child, type Launch } from './child.ts';
import { LINE_LIMIT } from './lines.ts';
import { notJson } from './not-json.ts';
import { errorReply, initialized, parseLine, resultReply, type ResultShapes } from './reply.ts';

/** Exit codes of a oneshot command that are answers, not errors (client-protocol.md, Transports). */
const ANSWERS: Readonly<Record<number, number>> = { 10: RPC.refused, 11: RPC.gaveUp, 12: RPC.notSupported };

/** The oneshot driver: the command is started once per call, parameters on stdin, one JSON object on stdout. */
export function oneshotClient(
  launch: Launch,
  shapes: ResultShapes,
  onLog: (lines: readonly string[]) => void = () => undefined,
): Client {
  let session: JsonObject | undefined;
  let running: Child | undefined;
  let activity: () => void = () => undefined;

  async function call(command: string, params: JsonObject, signal: AbortSignal): Promise<Reply> {
    const child = await startChild({
      ...launch,
      env: {
        ...launch.env,
        POSCERT_METHOD: command,
        ...(session === undefined ? {} : { POSCERT_SESSION: JSON.stringify(session) }),
      },
    });
    running = child;
    child.onLog((lines) => {
      activity();
      if (lines.length > 0) onLog(lines);
      if (child.logged() > LOG_LIMIT) void child.kill();
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.process.stdout?.on('data', (chunk: Buffer) => {
      activity();
      size += chunk.length;
      if (size > LINE_LIMIT) void child.kill();
      else chunks.push(chunk);
    });
    const abandon = (): void => void child.kill();
    signal.addEventListener('abort', abandon, { once: true });
    if (signal.aborted) abandon();
    child.process.stdin?.end(JSON.stringify(params));
    const ended = await child.closed;
    signal.removeEventListener('abort', abandon);
    if (running === child) running = undefined;
    const fault = (code: string, data: JsonObject): ClientFaultError =>
      new ClientFaultError({ code, data: { command, ...data }, stderr: child.log() });
    if (signal.aborted) throw fault('client-abandoned', {});
    if (child.logged() > LOG_LIMIT) throw fault('client-flood', { bytes: LOG_LIMIT });
    if (size > LINE_LIMIT) throw fault('client-line-too-long', { limit: LINE_LIMIT });
    const bytes = Buffer.concat(chunks);
    const text = bytes.toString('utf8').trim();
    if (!isUtf8(bytes)) throw fault('client-not-json', { ...notJson(text, false), by: 'oneshot' });
    return replyOf(command, ended, text, child, fault, shapes);
  }

  return {
    exited: new Promise<ClientFault>(() => undefined),
    traits: { killable: true, kind: 'oneshot' },
    onActivity: (listener) => (activity = listener),
    call,
    async kill() {
      await running?.kill();
    },
    async start(params, signal) {
      session = { ...params };
      const overdue = AbortSignal.timeout(params.patienceMs);
      try {
        return initialized(await call('initialize', session, AbortSignal.any([signal, overdue])), []);
      } catch (thrown) {
        if (!overdue.aborted) throw thrown;
        throw new ClientFaultError({
          code: 'client-silent',
          data: { command: 'initialize', ms: params.patienceMs },
          stderr: thrown instanceof ClientFaultError ? thrown.fault.stderr : [],
        });
      }
    },
    async stop(signal) {
      await running?.kill();
      if (session === undefined || signal.aborted) return {};
      const overdue = AbortSignal.timeout(5000);
      return call('shutdown', { lane: session['lane'] ?? '' }, AbortSignal.any([signal, overdue])).then(
        () => ({}),
        () => (overdue.aborted ? { warning: 'client-shutdown-forced' } : {}),
      );
    },
  };
}

function replyOf(
  command: string,
  ended: { readonly code: number | null; readonly signal: string | null },
  text: string,
  child: Child,
  fault: (code: string, data: JsonObject) => ClientFaultError,
  shapes: ResultShapes,
): Reply {
  const answer = ended.code === null ? undefined : ANSWERS[ended.code];
  if (ended.code !== 0 && answer === undefined) throw new ClientFaultError(exitFault(child, ended, command));
  const value: JsonValue | undefined = text === '' ? {} : parseLine(text);
  if (!isJsonObject(value)) throw fault('client-not-json', { ...notJson(text), first: true, by: 'oneshot' });
  if (answer !== undefined) return errorReply(command, { code: answer, message: '', ...value }, child.log());
  return resultReply(command, value, shapes, child.log());
}
