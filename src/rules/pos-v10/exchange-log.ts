import { member, type JsonValue } from '../../model/json.ts';
import type {
  AnsweredRecord,
  CommandRecord,
  DeliveredRecord,
  LaneStarted,
  RequestRecord,
  ResultRecord,
  RunRecord,
  Stamp,
} from '../../model/recording.ts';

/** One request with all that became of it. Its parts come in over time: compare `seq` to know what was so at a given moment. */
export interface Exchange {
  readonly number: number;
  readonly request: Stamp & RequestRecord;
  /** The path without query, lower-cased: ids are compared without regard to case. */
  readonly path: string;
  /** The id in the path, lower-cased. */
  readonly id: string | undefined;
  readonly command?: Command;
  answered?: Stamp & AnsweredRecord;
  delivered?: Stamp & DeliveredRecord;
}

/** One command to the client and how it ended. */
export interface Command {
  readonly record: Stamp & CommandRecord;
  result?: Stamp & ResultRecord;
}

/** A record of a session; those of an exchange come with it. */
export interface Moment {
  readonly record: RunRecord;
  readonly exchange?: Exchange;
}

/**
 * One lane from its beginning to its end or renewal: one client, one folder for its state, one sandbox state. A restart does not end it, and
 * what a client sends while it is being initialised (before the record of its start) belongs to it.
 */
export interface Session {
  readonly lane: string;
  /** The first start; absent in a recording that begins in the middle. */
  started?: Stamp & LaneStarted;
  ended: boolean;
  readonly moments: Moment[];
  readonly exchanges: Exchange[];
  readonly byPath: Map<string, Exchange[]>;
  readonly byId: Map<string, Exchange[]>;
  readonly commands: Command[];
}

/** Takes the records of a run in order. */
export interface ExchangeLog {
  readonly sessions: readonly Session[];
  see(record: RunRecord): void;
}

/** Assembles the records of a run into sessions; lanes interleave in the recording and are kept apart here. */
export function createExchangeLog(): ExchangeLog {
  const sessions: Session[] = [];
  const current = new Map<string, Session>();
  const exchanges = new Map<number, Exchange>();

  const sessionOf = (record: RunRecord): Session => {
    const lane = record.lane ?? '';
    const before = current.get(lane);
    const again = record.kind === 'lane-started' && !record.restarted && before?.started !== undefined;
    if (before !== undefined && !before.ended && !again) return before;
    const session: Session = {
      lane,
      ended: false,
      moments: [],
      exchanges: [],
      byPath: new Map(),
      byId: new Map(),
      commands: [],
    };
    current.set(lane, session);
    sessions.push(session);
    return session;
  };
  const arrived = (session: Session, record: Stamp & RequestRecord): Exchange => {
    const command = record.command === undefined ? undefined : commandOf(session, record.command);
    const id = Object.values(record.params)[0]?.toLowerCase();
    const path = (record.target.split('?')[0] ?? '').toLowerCase();
    const exchange: Exchange = {
      number: record.exchange,
      request: record,
      path,
      id,
      ...(command && { command }),
    };
    exchanges.set(record.exchange, exchange);
    session.exchanges.push(exchange);
    enter(session.byPath, path, exchange);
    if (id !== undefined) enter(session.byId, id, exchange);
    return exchange;
  };
  const exchangeOf = (session: Session, record: RunRecord): Exchange | undefined => {
    if (record.kind === 'request') return arrived(session, record);
    if (record.kind !== 'answered' && record.kind !== 'delivered') return undefined;
    const exchange = exchanges.get(record.exchange);
    if (exchange && record.kind === 'answered') exchange.answered = record;
    if (exchange && record.kind === 'delivered') exchange.delivered = record;
    return exchange;
  };

  return {
    sessions,
    see(record) {
      if (record.kind === 'run-started' || record.kind === 'run-finished') return;
      const session = sessionOf(record);
      const exchange = exchangeOf(session, record);
      if (record.kind === 'lane-started') session.started ??= record;
      if (record.kind === 'lane-ended') session.ended = true;
      if (record.kind === 'command') session.commands.push({ record });
      if (record.kind === 'result') {
        const command = commandOf(session, record.command);
        if (command) command.result = record;
      }
      session.moments.push({ record, ...(exchange === undefined ? {} : { exchange }) });
    },
  };
}

function enter(index: Map<string, Exchange[]>, key: string, exchange: Exchange): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [exchange]);
  else list.push(exchange);
}

function commandOf(session: Session, number: number): Command | undefined {
  return session.commands.findLast((command) => command.record.command === number);
}

/** A member of the request's JSON body. */
export function sent(exchange: Exchange, name: string): JsonValue | undefined {
  return member(exchange.request.json, name);
}
