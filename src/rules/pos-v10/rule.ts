import type { JsonObject } from '../../model/json.ts';
import type { Finding, Judgement, Level, Rule, RuleContext } from '../../model/obligation.ts';
import { createExchangeLog, type Exchange, type Session } from './exchange-log.ts';
import { cameLate } from './fates.ts';

/** Where a rule puts down what it examined and found. */
export interface Notes {
  examine(exchange: Exchange): void;
  /** A breach; `level` where it is graver or lighter than the obligation's own. The first exchange decides the case. */
  find(code: string, exchanges: readonly Exchange[], data: JsonObject, level?: Level): void;
  /**
   * A breach if the client had the answers of `known`. Where we were late with one of them it is doubtful, or if it weighs lightly nothing.
   */
  findIfKnown(
    known: readonly Exchange[],
    code: string,
    exchanges: readonly Exchange[],
    data: JsonObject,
    level?: Level,
  ): void;
  /** A breach that no exchange shows; it belongs to `caseId`. */
  findInCase(code: string, session: Session, caseId: string | undefined, data: JsonObject): void;
  /** A breach that our own lag could explain. */
  doubt(code: string, exchanges: readonly Exchange[], data: JsonObject): void;
}

/** Makes a rule of a judgement over one session at a time, with `level` for its findings. */
export function ruleOf(
  id: string,
  level: Level,
  judge: (session: Session, notes: Notes, context: RuleContext, all: readonly Session[]) => void,
): Rule {
  return {
    id,
    begin(context) {
      const log = createExchangeLog();
      return {
        see: (record) => log.see(record),
        close: () =>
          judgementOf(id, level, log.sessions, (session, notes) =>
            judge(session, notes, context, log.sessions),
          ),
      };
    },
  };
}

function judgementOf(
  id: string,
  level: Level,
  sessions: readonly Session[],
  judge: (session: Session, notes: Notes) => void,
): Judgement {
  const examined = new Map<number, Exchange>();
  const findings: Finding[] = [];
  const doubtful: Finding[] = [];
  const finding = (
    code: string,
    exchanges: readonly Exchange[],
    data: JsonObject,
    lane: string,
  ): Finding => ({
    code,
    level,
    obligation: id,
    lane,
    ...placeOf(exchanges[0]),
    exchanges: exchanges.map((exchange) => exchange.number),
    data,
  });
  for (const session of sessions) {
    const examine = (exchange: Exchange): void => void examined.set(exchange.number, exchange);
    const find: Notes['find'] = (code, exchanges, data, own = level) => {
      exchanges.forEach(examine);
      add(findings, { ...finding(code, exchanges, data, session.lane), level: own });
    };
    const doubt: Notes['doubt'] = (code, exchanges, data) => {
      exchanges.forEach(examine);
      add(doubtful, { ...finding(code, exchanges, data, session.lane), level: 'must' });
    };
    judge(session, {
      examine,
      find,
      doubt,
      findIfKnown(known, code, exchanges, data, own = level) {
        if (!known.some(cameLate)) find(code, exchanges, data, own);
        else if (own === 'must') doubt(code, exchanges, data);
      },
      findInCase(code, _session, caseId, data) {
        const place = caseId === undefined ? {} : { case: caseId };
        add(findings, { ...finding(code, [], data, session.lane), ...place });
      },
    });
  }
  const inOrder = [...examined.values()].sort((one, other) => one.number - other.number);
  return {
    obligation: id,
    examined: inOrder.map((exchange) => ({ exchange: exchange.number, ...placeOf(exchange) })),
    findings,
    doubtful,
  };
}

function placeOf(exchange: Exchange | undefined): { readonly case?: string } {
  return exchange?.request.case === undefined ? {} : { case: exchange.request.case };
}

/** The same breach over and over in one case is one finding that names all its exchanges. */
function add(findings: Finding[], next: Finding): void {
  const told = JSON.stringify({ ...next, exchanges: [] });
  const index = findings.findIndex((one) => JSON.stringify({ ...one, exchanges: [] }) === told);
  const same = findings[index];
  if (same === undefined) findings.push(next);
  else findings[index] = { ...same, exchanges: [...new Set([...same.exchanges, ...next.exchanges])] };
}
