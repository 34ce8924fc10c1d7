import { isJsonObject, member, textMember, type JsonObject } from '../../model/json.ts';
import type { ResultRecord, Stamp } from '../../model/recording.ts';
import { lastStateOf } from './calls.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { FINAL_STATES } from './operations.ts';
import { ruleOf } from './rule.ts';
import { otherSale } from './sale.ts';
import { believable, readsOf, wasSeen } from './sightings.ts';
import { exchangesAbout, truthOf } from './truths.ts';

/** What a client knows of a payment or refund that it made and has not asked for yet. */
const FIRST_STATES = new Set(['Initiated', 'Prepared']);

/** O10: nothing is captured before it was seen Reserved, or after it was seen ended; what a client believes is what the backend said, and the payment that it goes on with is the one it was asked for. */
export const backendHasTheTruth = ruleOf('backend-has-the-truth', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    const { id } = exchange;
    if (exchange.request.operation !== 'capturePayment' || id === undefined) continue;
    const { seq } = exchange.request;
    if (isNobodys(session, exchange)) continue;
    notes.examine(exchange);
    const last = lastStateOf(session, id, seq);
    const data = { paymentId: id, lastSeen: last ?? null };
    if (last !== undefined && last !== 'Captured' && FINAL_STATES.has(last))
      notes.findIfKnown(
        readsOf(session, id, seq).slice(-1),
        'captured-after-the-end',
        [exchange],
        data,
        last === 'ExpiredAndCancelled' ? 'should' : 'must',
      );
    else if (!wasSeen(session, id, seq, ['Reserved', 'Captured']))
      notes.find('captured-before-reserved', [exchange], data);
  }
  // A person at a till gets the order number that the till gives; what of it must be kept is the case's to say.
  const told = session.started?.driver === 'operator' ? [] : session.commands;
  for (const command of told) {
    const other = otherSale(command);
    if (other === undefined) continue;
    const seq = command.result?.seq ?? Infinity;
    const made = exchangesAbout(session, other.id).findLast((one) => one.request.seq < seq);
    const data = {
      command: command.record.method,
      paymentId: other.id,
      asked: other.asked,
      got: other.stands,
    };
    if (made === undefined) notes.findInCase('other-sale', session, command.record.case, data);
    else notes.find('other-sale', [made], data);
  }
  for (const { record: command, result } of session.commands) {
    if (result === undefined) continue;
    for (const claim of claimsIn(result, command.params)) {
      const truth = truthOf(result.truth, claim.id);
      const seen = lastStateOf(session, claim.id, result.seq);
      const evidence = exchangesAbout(session, claim.id).findLast((one) => one.request.seq < result.seq);
      if ((truth ?? seen) === undefined) continue;
      if (evidence !== undefined) notes.examine(evidence);
      const lawful = ['Unknown', truth, ...believable(session, claim.id, result.seq)];
      if (lawful.includes(claim.state) || (seen === undefined && FIRST_STATES.has(claim.state))) continue;
      const data = {
        command: command.method,
        id: claim.id,
        got: claim.state,
        truth: truth ?? null,
        lastSeen: seen ?? null,
      };
      if (evidence === undefined) notes.findInCase('state-invented', session, result.case, data);
      else notes.find('state-invented', [evidence], data);
    }
  }
});

/** What the API says to an id that is no payment's. */
const NO_SUCH = new Set<number | undefined>([400, 404]);

/** An id that the API never took for a payment's: there was nothing to look at before, and the case tells what is wrong. */
function isNobodys(session: Session, { id }: Exchange): boolean {
  return exchangesAbout(session, id ?? '').every((one) => NO_SUCH.has(one.delivered?.answer?.status));
}

interface Claim {
  readonly id: string;
  readonly state: string;
}

/** Every payment and refund whose state a result tells. */
function claimsIn(result: Stamp & ResultRecord, params: JsonObject): Claim[] {
  if (result.reply.kind !== 'result') return [];
  const told = result.reply.result;
  const entries = [member(told, 'payments'), member(told, 'refunds')].flat().filter(isJsonObject);
  return [...entries, { ...params, ...told }].flatMap((entry) => {
    const id = textMember(entry, 'refundId') ?? textMember(entry, 'paymentId');
    const state = textMember(entry, 'state');
    return id === undefined || state === undefined ? [] : [{ id: id.toLowerCase(), state }];
  });
}
