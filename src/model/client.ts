import * as z from 'zod';
import type { JsonObject, JsonValue } from './json.ts';
import type { Observation } from './operator.ts';

/** The client protocol's version that this poscert speaks (client-protocol.md). */
export const PROTOCOL = { min: 1, max: 1 } as const;

/** JSON-RPC error codes with a meaning of their own. */
export const RPC = { notSupported: -32601, badParams: -32602, refused: 1, gaveUp: 2 } as const;

/** The result of `initialize`. Members we don't know are ignored. */
export const initializeResultSchema = z.object({
  protocol: z.number().int(),
  name: z.string(),
  version: z.string(),
  commands: z.array(z.string()),
  behaviours: z.array(z.string()).default([]),
  callbackUrl: z.string().exactOptional(),
  quietMs: z.number().min(0).default(0),
});
export type InitializeResult = z.infer<typeof initializeResultSchema>;

/** The parameters of `initialize`. */
export interface InitializeParams {
  readonly protocol: { readonly min: number; readonly max: number };
  readonly lane: string;
  readonly api: {
    readonly baseUrl: string;
    readonly authBaseUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly merchantVat: string;
    readonly systemVersion?: string;
    readonly ca?: string;
  };
  readonly store: { readonly merchantBrandId: string; readonly merchantLocationId: string };
  readonly stateDir: string;
  readonly patienceMs: number;
  readonly restarted: boolean;
}

/** How a command ended, as the client said it. `attested`: what of it a person has said (members of the result, or the ending itself). */
export type Reply =
  | { readonly kind: 'result'; readonly result: JsonObject; readonly attested?: readonly string[] }
  | {
      readonly kind: 'refused' | 'gaveUp';
      readonly message: string;
      readonly data?: JsonValue;
      readonly attested?: readonly string[];
    }
  | { readonly kind: 'notSupported'; readonly message: string }
  | { readonly kind: 'failed'; readonly code: number; readonly message: string; readonly data?: JsonValue };

/**
 * The client broke the protocol: it did not start, exited, fell silent, or wrote what is not an answer.
 * `code` has an entry in `words`; `stderr` holds the last lines of its log, redacted.
 */
export interface ClientFault {
  readonly code: string;
  readonly data: Readonly<Record<string, JsonValue>>;
  readonly stderr: readonly string[];
}

/** What drivers throw, and nothing else: a ClientFault as an exception. */
export class ClientFaultError extends Error {
  readonly fault: ClientFault;
  constructor(fault: ClientFault) {
    super(fault.code);
    this.name = 'ClientFaultError';
    this.fault = fault;
  }
}

/** The seam behind which every driver stands. One instance is one lane's client. */
export interface Client {
  /** Sends one command and waits for its reply. Throws ClientFaultError. `initialize` is sent by `start` and `restart`. */
  call(command: string, params: JsonObject, signal: AbortSignal): Promise<Reply>;
  /** Starts it and sends `initialize`. Throws ClientFaultError. */
  start(params: InitializeParams, signal: AbortSignal): Promise<InitializeResult>;
  /** The power cut: kills it and all its children at once, without a word. Resolves when it is dead. */
  kill(): Promise<void>;
  /** `shutdown`, then five seconds, then force. Never throws; `warning` says where force was needed. */
  stop(signal: AbortSignal): Promise<{ readonly warning?: string }>;
  /** Resolves when it exits without having been asked to, or breaks the protocol while no command is with it; never for drivers without a process. */
  readonly exited: Promise<ClientFault>;
  /** Calls back for every sign of life (a message, a line of its log): patience starts anew. */
  onActivity(listener: () => void): void;
  /** Hears what the traffic has shown, whenever that has changed: for a driver whose client can't say when it is done (a person). */
  observed?(observation: Observation): void;
  readonly traits: {
    /** false: `kill` and `restart` are soft (http), a sentence (operator). */
    readonly killable: boolean;
    readonly kind: 'process' | 'http' | 'oneshot' | 'operator' | 'sdk';
  };
}
