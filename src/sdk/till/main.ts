import type { Readable, Writable } from 'node:stream';
import { PosGaveUp, PosRefused } from '../errors.ts';
import type { JsonRecord } from '../json.ts';
import { isRecord, parseRecord, textIn } from '../json.ts';
import { commands } from './commands.ts';
import { lineSplitter } from './lines.ts';
import { BadParams } from './params.ts';
import type { Environment, Session } from './session.ts';
import { openSession } from './session.ts';

/** The streams and the environment of the process. */
export interface Surroundings {
  readonly input: Readable;
  readonly output: Writable;
  readonly log: Writable;
  readonly environment: Environment;
}

/** The reference client behind the client protocol: JSON-RPC 2.0, a line each. Resolves after `shutdown` or the end of the input. */
export async function runTill({ input, output, log, environment }: Surroundings): Promise<void> {
  let session: Session | undefined;
  let isOver = false;
  const say = (line: string): void => {
    log.write(`${line}\n`);
  };

  const result = async (method: string, params: JsonRecord): Promise<JsonRecord> => {
    if (method === 'initialize') {
      await session?.client.close();
      session = undefined;
      session = await openSession(params, environment, say);
      return session.introduction;
    }
    if (method === 'shutdown') {
      isOver = true;
      await session?.client.close();
      return {};
    }
    const command = Object.hasOwn(commands, method) ? commands[method] : undefined;
    if (command === undefined) return rpcError(-32601, `this till has no ${method}`);
    if (session === undefined) return rpcError(-32600, 'initialize comes first');
    return await command(session.client, params);
  };

  const answer = async (line: string): Promise<void> => {
    const request = parseRecord(line);
    const method = request === undefined ? undefined : textIn(request, 'method');
    if (isOver || (request !== undefined && method !== undefined && request['id'] === undefined)) return;
    const outcome =
      request === undefined || method === undefined
        ? { error: { code: -32700, message: 'this line is no JSON-RPC request' } }
        : await outcomeOf(result(method, isRecord(request['params']) ? request['params'] : {}), say);
    output.write(`${JSON.stringify({ jsonrpc: '2.0', id: request?.['id'] ?? null, ...outcome })}\n`);
  };

  await new Promise<void>((resolve, reject) => {
    // One command at a time, in the order they came.
    let last = Promise.resolve();
    const split = lineSplitter((line) => {
      last = last.then(async () => {
        await answer(line);
        if (isOver) resolve();
      });
      last.catch(reject);
    });
    input.on('data', (bytes: Buffer) => {
      try {
        split(bytes);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    input.once('end', resolve);
    input.once('error', reject);
  });
  isOver = true;
  input.destroy();
  await session?.client.close();
}

/** An error with a code of its own, as the JSON-RPC error that it stands for. */
class RpcError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

function rpcError(code: number, message: string): never {
  throw new RpcError(code, message);
}

async function outcomeOf(work: Promise<JsonRecord>, say: (line: string) => void): Promise<JsonRecord> {
  try {
    return { result: await work };
  } catch (error) {
    if (error instanceof PosRefused)
      return { error: { code: 1, message: error.message, data: dataOf(error) } };
    if (error instanceof PosGaveUp)
      return { error: { code: 2, message: error.message, data: dataOf(error) } };
    if (error instanceof BadParams) return { error: { code: -32602, message: error.message } };
    if (error instanceof RpcError) return { error: { code: error.code, message: error.message } };
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return { error: { code: -32603, message: error instanceof Error ? error.message : String(error) } };
  }
}

function dataOf(error: PosRefused | PosGaveUp): JsonRecord {
  return { reason: error.message, ...error.circumstances };
}
