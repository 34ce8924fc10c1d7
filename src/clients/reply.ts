import { isJsonObject, type JsonObject, type JsonValue } from '../model/json.ts';
import {
  ClientFaultError,
  initializeResultSchema,
  PROTOCOL,
  RPC,
  type InitializeResult,
  type Reply,
} from '../model/client.ts';

/** The shape of each command's result, from the pack's vocabulary: what a reply must hold. */
export type ResultShapes = Readonly<Record<string, { readonly result: Checker }>>;

interface Checker {
  safeParse(value: unknown): { readonly success: true } | { readonly success: false; readonly error: Issues };
}

interface Issues {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

const MAX_DEPTH = 64;

/** A line as JSON, or undefined; deep nesting is refused so that no walker of ours overflows. */
export function parseLine(line: string): JsonValue | undefined {
  try {
    const value = JSON.parse(line) as JsonValue;
    return depthOf(value) > MAX_DEPTH ? undefined : value;
  } catch {
    return undefined;
  }
}

function depthOf(root: JsonValue): number {
  let level: JsonValue[] = [root];
  let depth = 0;
  while (level.length > 0 && depth <= MAX_DEPTH) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
    depth += 1;
  }
  return depth;
}

/**
 * The reply in a JSON-RPC answer: exactly one of result and error; the other may stand there as null, as some libraries write it. `line` is shown
 * where it is neither. Throws ClientFaultError.
 */
export function replyIn(
  command: string,
  message: JsonObject,
  line: string,
  shapes: ResultShapes,
  stderr: readonly string[],
): Reply {
  const [result, error] = [message['result'], message['error']];
  const hasError = error !== undefined && error !== null;
  if (hasError && (result === undefined || result === null)) return errorReply(command, error, stderr);
  if (hasError || result === undefined)
    throw new ClientFaultError({
      code: 'client-not-an-answer',
      data: { command, line: line.slice(0, 200) },
      stderr,
    });
  return resultReply(command, result, shapes, stderr);
}

/** An error of JSON-RPC as a reply. `-32602` is the client's own fault: it did not take what the protocol says. */
export function errorReply(command: string, error: JsonValue, stderr: readonly string[]): Reply {
  const code = isJsonObject(error) && typeof error['code'] === 'number' ? error['code'] : 0;
  const message = isJsonObject(error) && typeof error['message'] === 'string' ? error['message'] : '';
  const data = isJsonObject(error) ? error['data'] : undefined;
  const detail = data === undefined ? {} : { data };
  switch (code) {
    case RPC.notSupported:
      return { kind: 'notSupported', message };
    case RPC.badParams:
      throw new ClientFaultError({ code: 'client-bad-params', data: { command, message }, stderr });
    case RPC.refused:
      return { kind: 'refused', message, ...detail };
    case RPC.gaveUp:
      return { kind: 'gaveUp', message, ...detail };
    default:
      return { kind: 'failed', code, message, ...detail };
  }
}

/** A result as a reply; what a required member lacks is a client error (client-protocol.md, Transports). */
export function resultReply(
  command: string,
  result: JsonValue,
  shapes: ResultShapes,
  stderr: readonly string[],
): Reply {
  const problem = resultProblem(command, result, shapes);
  if (problem !== undefined)
    throw new ClientFaultError({ code: 'client-bad-result', data: { command, ...problem }, stderr });
  return { kind: 'result', result: result as JsonObject };
}

function resultProblem(command: string, result: JsonValue, shapes: ResultShapes): JsonObject | undefined {
  if (!isJsonObject(result)) return notAnObject(result);
  const parsed = shapes[command]?.result.safeParse(result);
  if (parsed === undefined || parsed.success) return undefined;
  return problemsOf(parsed.error, result);
}

/** A result that was serialised twice is common enough to be told apart. */
function notAnObject(result: JsonValue): JsonObject {
  const problem = 'the result is not an object';
  if (typeof result !== 'string') return { problem };
  return { problem: `${problem} but a text`, what: isJsonObject(parseLine(result)) ? 'twice' : 'text' };
}

/** What is wrong with a result: `missing` are members that are not there, `has` those that are; `problem` is all of it as a sentence. */
function problemsOf(error: Issues, result: JsonObject): JsonObject {
  const names = error.issues.map((issue) => issue.path.map(String).join('.') || 'result');
  const missing = error.issues.flatMap(({ path }, index) =>
    path.length === 1 && !Object.hasOwn(result, String(path[0])) ? [names[index] ?? ''] : [],
  );
  const problem = error.issues
    .map(({ message }, index) => `${names[index] ?? 'result'}: ${message.replace(/^Invalid input: /, '')}`)
    .join('; ');
  if (missing.length < error.issues.length) return { problem };
  return { problem, missing, has: Object.keys(result).slice(0, 12) };
}

/** The result of `initialize`, or the fault in it. */
export function initialized(reply: Reply, stderr: readonly string[]): InitializeResult {
  const fault = (code: string, data: JsonObject): ClientFaultError =>
    new ClientFaultError({ code, data, stderr });
  if (reply.kind !== 'result')
    throw fault('client-bad-result', {
      command: 'initialize',
      problem: `${reply.kind}: ${reply.message}`,
    });
  const protocol = reply.result['protocol'];
  if (typeof protocol === 'number' && (protocol < PROTOCOL.min || protocol > PROTOCOL.max))
    throw fault('client-protocol-mismatch', {
      ours: { ...PROTOCOL },
      theirs: protocol,
    });
  const parsed = initializeResultSchema.safeParse(reply.result);
  if (!parsed.success)
    throw fault('client-bad-result', {
      command: 'initialize',
      ...problemsOf(parsed.error, reply.result),
    });
  return parsed.data;
}
