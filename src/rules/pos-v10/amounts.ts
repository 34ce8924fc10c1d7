import { member, textMember, type JsonValue } from '../../model/json.ts';
import { sent, type Session } from './exchange-log.ts';
import { answerOf, glimpseOf } from './fates.ts';

/** An amount in major units, also where it was sent as a text: its form is judged by amount-format alone. */
export function amountOf(value: JsonValue | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** What is reserved of a payment, as far as the client was told before `seq`, or else as it asked itself, in major units. */
export function reservedAmount(session: Session, id: string, seq: number): number | undefined {
  const before = session.exchanges.filter((one) => one.request.seq < seq);
  for (const one of [...before].reverse()) {
    if (one.id !== id || one.request.operation !== 'queryPayment') continue;
    const told = amountOf(member(answerOf(one, seq), 'amount'));
    if (told !== undefined) return told;
  }
  const asked = before.findLast(
    (one) =>
      (one.id === id && one.request.operation === 'readyPayment') ||
      (one.request.operation === 'initiatePayment' &&
        textMember(glimpseOf(one, seq), 'paymentId')?.toLowerCase() === id),
  );
  return asked === undefined ? undefined : amountOf(sent(asked, 'amount'));
}
