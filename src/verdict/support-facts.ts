import { ID_NAMES, type IdName, type SupportExchange, type SupportFacts } from '../model/audit.ts';
import { isJsonObject, member, textMember } from '../model/json.ts';
import { NEEDS_PREFIX } from '../model/outcome.ts';
import type { RunRecord } from '../model/recording.ts';
import type { ExchangeReport } from '../model/run.ts';
import { exchangesOf } from './traffic.ts';

/** Lines of a client's log that are taken along at the most: the last ones. */
const LOG_LINES = 500;

/** The cases that a recording has something of. */
export function casesIn(records: readonly RunRecord[]): string[] {
  const ids = records.flatMap((record) => record.case ?? []);
  return [...new Set(ids.map((id) => (id.startsWith(NEEDS_PREFIX) ? id.slice(NEEDS_PREFIX.length) : id)))];
}

/**
 * Gathers them for a run, or for one of its cases (an id, or its slug); undefined where the recording has no such case. `keyHeader`: the header
 * of the idempotency key.
 */
export function supportFacts(
  records: readonly RunRecord[],
  keyHeader: string,
  name?: string,
): SupportFacts | undefined {
  const started = records.find((record) => record.kind === 'run-started');
  const caseId = casesIn(records).find((id) => id === name || id.split('/')[1] === name);
  if (started === undefined || (name !== undefined && caseId === undefined)) return undefined;
  const own = records.filter(
    (record) => caseId === undefined || record.case === caseId || record.case === `${NEEDS_PREFIX}${caseId}`,
  );
  const began = Date.parse(started.startedAt);
  const time = (at: number): string =>
    new Date(Number.isFinite(began + at) ? Math.round(began + at) : 0).toISOString();
  const log = [...exchangesOf(own).values()].map((one) => told(one, time, keyHeader));
  const { config } = started;
  const lanes = records.flatMap((record) => (record.kind === 'lane-started' ? [record] : []));
  const said = lanes[0]?.client;
  const client = { ...textsOf(said), ...textsOf(config['client']) };
  const merchantVat = textMember(config['merchant'], 'vat');
  const baseUrl = textMember(config['target'], 'baseUrl');
  const clientIds = [
    textMember(config['client'], 'sandboxClientId'),
    ...lanes.map((lane) => textMember(member(lane.given, 'api'), 'clientId')),
  ].filter((id) => id !== undefined);
  return {
    run: started.run,
    ...(caseId === undefined ? {} : { case: caseId }),
    from: time(own[0]?.at ?? 0),
    to: time(own.at(-1)?.at ?? 0),
    client: { ...client, clientIds: [...new Set(clientIds)] },
    target: started.target,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(merchantVat === undefined ? {} : { merchantVat }),
    ids: idsIn(own),
    errors: log.filter((one) => one.status === undefined || one.status >= 400),
    log: log.map(withoutAnswer),
    clientLog: own.flatMap((record) => (record.kind === 'client-log' ? record.lines : [])).slice(-LOG_LINES),
  };
}

function withoutAnswer(one: SupportExchange): SupportExchange {
  const { answer, ...rest } = one;
  return answer === undefined ? one : rest;
}

function textsOf(client: unknown): { name?: string; version?: string } {
  const name = textMember(client, 'name');
  const version = textMember(client, 'version');
  return { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) };
}

function told(one: ExchangeReport, time: (at: number) => string, keyHeader: string): SupportExchange {
  const key = valueOf(one.requestHeaders, (name) => name === keyHeader.toLowerCase());
  const correlation = valueOf(one.answerHeaders ?? [], (name) => /correlation-id|request-id/.test(name));
  return {
    exchange: one.exchange,
    time: time(one.at),
    method: one.method,
    target: one.target,
    ...(one.status === undefined ? {} : { status: one.status }),
    ...(one.endedAt === undefined ? {} : { tookMs: Math.round(one.endedAt - one.at) }),
    ...(one.fault === undefined ? {} : { fault: one.fault }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
    ...(correlation === undefined ? {} : { correlationId: correlation }),
    ...(one.answerBody === undefined ? {} : { answer: one.answerBody }),
  };
}

function valueOf(
  headers: readonly (readonly [string, string])[],
  wanted: (name: string) => boolean,
): string | undefined {
  return headers.find(([name]) => wanted(name.toLowerCase()))?.[1];
}

/** Every id that stands anywhere in the records, by its name; lists such as `storeIds` as well. */
function idsIn(records: readonly RunRecord[]): Record<IdName, readonly string[]> {
  const found = new Map<string, Set<string>>(ID_NAMES.map((name) => [name, new Set()]));
  const waiting: unknown[] = [...records];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (Array.isArray(value)) waiting.push(...(value as unknown[]));
    else if (isJsonObject(value))
      for (const [name, item] of Object.entries(value)) {
        const set = found.get(name.replace(/s$/, ''));
        for (const one of [item].flat())
          if (typeof one === 'string' && one !== '') set?.add(one);
          else if (typeof one === 'object' && one !== null) waiting.push(one);
      }
  }
  const sorted = (name: IdName): string[] => [...(found.get(name) ?? [])].sort();
  return {
    storeId: sorted('storeId'),
    posId: sorted('posId'),
    beaconId: sorted('beaconId'),
    paymentId: sorted('paymentId'),
    refundId: sorted('refundId'),
    orderId: sorted('orderId'),
  };
}
