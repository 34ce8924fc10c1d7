import type { ChildProcess } from 'node:child_process';

export interface Ending {
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}
interface Given {
  readonly api: Readonly<Record<string, string>>;
  readonly stateDir: string;
  readonly restarted?: boolean;
  readonly patienceMs?: number;
}
export const TILL: string;
export function startTill(
  flags: readonly string[],
  given: Given,
): {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly exited: Promise<{ code: number | null; signal: string | null; stderr: string }>;
  send(method: string, params?: object): Promise<Ending & { readonly id: number }>;
  initialize(): Promise<Ending>;
  kill(): Promise<unknown>;
};
export interface OpenTill {
  readonly greeting: Readonly<Record<string, unknown>>;
  say(command: string, params?: object): Promise<Ending>;
  close(): void;
}
export function openTill(flags: readonly string[], given: Given): Promise<OpenTill>;
