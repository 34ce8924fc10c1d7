import type { RunRecord } from '../model/recording.ts';
import type { ExchangeReport } from '../model/run.ts';
import type { Plan } from '../model/plan.ts';

type Draft = { -readonly [Key in keyof ExchangeReport]: ExchangeReport[Key] };

/** The exchanges of a recording as reports show them, keyed by number. */
export function exchangesOf(records: readonly RunRecord[]): Map<number, ExchangeReport> {
  const exchanges = new Map<number, Draft>();
  for (const record of records) {
    if (record.kind === 'request') {
      const fault = faultOf(record.plan);
      const body = record.json ?? record.text;
      exchanges.set(record.exchange, {
        exchange: record.exchange,
        lane: record.lane ?? '',
        ...(record.case === undefined ? {} : { case: record.case }),
        ...(record.operation === undefined ? {} : { operation: record.operation }),
        method: record.method,
        target: record.target,
        requestHeaders: record.headers,
        ...(body === undefined ? {} : { requestBody: body }),
        at: record.at,
        ...(fault === undefined ? {} : { fault }),
      });
    } else if (record.kind === 'delivered') {
      const draft = exchanges.get(record.exchange);
      if (draft === undefined) continue;
      draft.endedAt = record.at;
      draft.outcome = record.outcome;
      if (record.answer === undefined) continue;
      draft.status = record.answer.status;
      draft.answerHeaders = record.answer.headers;
      const body = record.answer.json ?? record.answer.text;
      if (body !== undefined) draft.answerBody = body;
    }
  }
  return exchanges;
}

/** What was done to an exchange, in a few words. */
function faultOf(plan: Plan): string | undefined {
  const carried = (processed: boolean): string => (processed ? 'carried out' : 'not carried out');
  switch (plan.kind) {
    case 'forward':
      return undefined;
    case 'patch':
      return 'answer patched';
    case 'status':
      return `answered ${plan.status} by poscert, ${carried(plan.processed)}`;
    case 'fault':
      return `${plan.fault}, ${carried(plan.processed)}`;
  }
}

/** Where the time of a run went, ms: what the client took (an answer withheld, or between an answer and its next sign), and ours. */
export function timeOf(records: readonly RunRecord[]): {
  readonly clientMs: number;
  readonly oursMs: number;
  readonly longestLaneMs: number;
} {
  const lanes = new Map<
    string,
    { first: number; last: number; client: number; waitingSince: number | undefined }
  >();
  for (const record of records) {
    if (record.lane === undefined) continue;
    const lane = lanes.get(record.lane) ?? {
      first: record.at,
      last: record.at,
      client: 0,
      waitingSince: undefined,
    };
    lanes.set(record.lane, lane);
    lane.last = record.at;
    if (record.kind === 'command' || record.kind === 'delivered' || record.kind === 'fault-begun')
      lane.waitingSince ??= record.at;
    else if (record.kind === 'request' || record.kind === 'result' || record.kind === 'client-fault') {
      if (lane.waitingSince !== undefined) lane.client += record.at - lane.waitingSince;
      lane.waitingSince = undefined;
    }
  }
  const all = [...lanes.values()];
  const total = all.reduce((sum, lane) => sum + lane.last - lane.first, 0);
  const client = all.reduce((sum, lane) => sum + lane.client, 0);
  return {
    clientMs: Math.round(client),
    oursMs: Math.round(total - client),
    longestLaneMs: Math.round(Math.max(0, ...all.map((lane) => lane.last - lane.first))),
  };
}
