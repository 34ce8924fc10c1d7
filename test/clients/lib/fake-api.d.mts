export interface Seen {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawHeaders: readonly string[];
  readonly httpVersion: string;
  readonly body: unknown;
  readonly key: string | undefined;
  readonly fault: unknown;
  readonly status: number | undefined;
}
export type Fault =
  | 'timeout'
  | 'reset'
  | 'truncated'
  | number
  | { status?: number; code?: string; headers?: Record<string, string> };
export interface FakeApi {
  readonly origin: string;
  readonly log: readonly Seen[];
  readonly faults: { match: string; fault: Fault }[];
  readonly state: {
    readonly pointsOfSale: Map<string, { posId: string }>;
    readonly payments: Map<string, { status: string; captured?: number }>;
    readonly refunds: Map<string, { status: string }>;
    pollDelayInMs: number;
    partialCapturePossible: boolean;
    ways: string[];
  };
  readonly api: Readonly<Record<string, string>>;
  calls(match: string): readonly Seen[];
  close(): Promise<void>;
}
export function openFakeApi(options?: { pollDelayInMs?: number }): Promise<FakeApi>;
