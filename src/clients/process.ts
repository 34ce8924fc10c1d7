import { isJsonObject, type JsonObject } from '../model/json.ts';
import {
  ClientFaultError,
  type Client,
  type ClientFault,
  type InitializeParams,
  type InitializeResult,
  type Reply,
} from '../model/client.ts';
import { exitFault, LOG_LIMIT, startChild, type Child, type Launch } from './child.ts';
import { LINE_LIMIT, lineSplitter, type LineSplitter } from './lines.ts';
import { notJson } from './not-json.ts';
import { initialized, parseLine, replyIn, type ResultShapes } from './reply.ts';

/** Time that `shutdown` has before force is used, ms (client-protocol.md, Commands). */
const SHUTDOWN_MS = 5000;

interface Waiting {
  readonly id: number;
  readonly command: string;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: ClientFaultError) => void;
}

/** The process driver: JSON-RPC 2.0, one object a line, on the child's stdin and stdout. */
export function processClient(
  launch: Launch,
  shapes: ResultShapes,
  kind: 'process' | 'sdk' = 'process',
  onLog: (lines: readonly string[]) => void = () => undefined,
): Client {
  let child: Child | undefined;
  let split: LineSplitter | undefined;
  let expected = false;
  let next = 0;
  let lane = '';
  let waiting: Waiting | undefined;
  let spoke = false;
  let broken: ClientFault | undefined;
  let activity: () => void = () => undefined;
  let reportExit: (fault: ClientFault) => void = () => undefined;
  const exited = new Promise<ClientFault>((resolve) => (reportExit = resolve));

  const faultOf = (): ClientFault | undefined => broken;
  const log = (): readonly string[] => child?.log() ?? [];
  const fail = (code: string, data: JsonObject): void => {
    const fault = { code, data, stderr: log() };
    if (broken) return;
    broken = fault;
    // With no command in force it would show at the next one only, which may be another case's.
    if (waiting === undefined) reportExit(fault);
    else waiting.reject(new ClientFaultError(fault));
    waiting = undefined;
  };

  const onLine = (line: string, utf8: boolean): void => {
    activity();
    const first = !spoke;
    spoke = true;
    if (broken) return;
    const message = parseLine(line);
    const during = waiting === undefined ? {} : { command: waiting.command };
    if (!isJsonObject(message) || !utf8)
      return fail('client-not-json', { ...notJson(line, utf8), first, ...during });
    if (typeof message['method'] === 'string') return onLog([`(unasked) ${line.slice(0, 500)}`]);
    if (waiting === undefined || message['id'] !== waiting.id)
      return fail('client-wrong-id', {
        id: message['id'] ?? null,
        expected: waiting?.id ?? null,
        ...(waiting === undefined && message['id'] === next ? { again: true } : {}),
        ...during,
      });
    const { command, resolve, reject } = waiting;
    waiting = undefined;
    try {
      resolve(replyIn(command, message, line, shapes, log()));
    } catch (thrown) {
      reject(thrown as ClientFaultError);
    }
  };

  async function launchChild(): Promise<void> {
    expected = false;
    spoke = false;
    broken = undefined;
    const started = await startChild(launch);
    child = started;
    started.onLog((lines) => {
      activity();
      if (lines.length > 0) onLog(lines);
      if (started.logged() > LOG_LIMIT && child === started) fail('client-flood', { bytes: LOG_LIMIT });
    });
    split = lineSplitter(
      (line, utf8) => {
        if (child === started) onLine(line, utf8);
      },
      () => fail('client-line-too-long', { limit: LINE_LIMIT }),
    );
    started.process.stdout?.on('data', split);
    void started.closed.then((ended) => {
      if (child !== started || expected) return;
      const fault = exitFault(started, ended, waiting?.command);
      broken ??= fault;
      waiting?.reject(new ClientFaultError(broken));
      waiting = undefined;
      reportExit(fault);
    });
  }

  async function call(command: string, params: JsonObject, signal: AbortSignal): Promise<Reply> {
    if (broken) throw new ClientFaultError(broken);
    if (child === undefined)
      throw new ClientFaultError({ code: 'client-exited', data: { command }, stderr: [] });
    next += 1;
    const id = next;
    const stdin = child.process.stdin;
    const reply = await new Promise<Reply>((resolve, reject) => {
      const abandoned = (): void =>
        reject(new ClientFaultError({ code: 'client-abandoned', data: { command }, stderr: log() }));
      if (signal.aborted) return abandoned();
      const abandon = (): void => {
        if (waiting?.id !== id) return;
        waiting = undefined;
        abandoned();
      };
      signal.addEventListener('abort', abandon, { once: true });
      const over = <T>(settle: (value: T) => void) => {
        return (value: T): void => {
          signal.removeEventListener('abort', abandon);
          settle(value);
        };
      };
      waiting = { id, command, resolve: over(resolve), reject: over(reject) };
      stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: command, params })}\n`);
    });
    // What came right behind the answer, in the same breath, belongs to this command.
    const since = faultOf();
    if (since !== undefined) throw new ClientFaultError(since);
    return reply;
  }

  async function kill(): Promise<void> {
    expected = true;
    waiting = undefined;
    const dying = child;
    child = undefined;
    await dying?.kill();
  }

  return {
    exited,
    traits: { killable: true, kind },
    onActivity: (listener) => (activity = listener),
    call,
    kill,
    async start(params: InitializeParams, signal): Promise<InitializeResult> {
      lane = params.lane;
      await launchChild();
      const overdue = new AbortController();
      const timer = setTimeout(() => overdue.abort(), params.patienceMs);
      try {
        const both = AbortSignal.any([signal, overdue.signal]);
        return initialized(await call('initialize', { ...params }, both), log());
      } catch (thrown) {
        if (overdue.signal.aborted)
          throw new ClientFaultError({
            code: 'client-silent',
            data: { command: 'initialize', ms: params.patienceMs, ...held(split) },
            stderr: log(),
          });
        throw thrown;
      } finally {
        clearTimeout(timer);
      }
    },
    async stop(signal) {
      const stopping = child;
      if (stopping === undefined) return {};
      expected = true;
      const gone = stopping.closed.then(() => true);
      if (!broken && waiting === undefined) call('shutdown', { lane }, signal).catch(() => undefined);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => {
        timer = setTimeout(
          () => resolve(false),
          broken || waiting?.command !== 'shutdown' || signal.aborted ? 0 : SHUTDOWN_MS,
        );
      });
      const left = await Promise.race([gone, late]);
      clearTimeout(timer);
      const forced = !left && !broken && !signal.aborted;
      await kill();
      return forced ? { warning: 'client-shutdown-forced' } : {};
    },
  };
}

/** What the client wrote without ending its line. */
function held(split: LineSplitter | undefined): JsonObject {
  const rest = split?.rest() ?? '';
  return rest === '' ? {} : { held: rest.slice(0, 200) };
}
