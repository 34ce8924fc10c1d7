import { isJsonObject, member, textMember, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Command } from './exchange-log.ts';

/** What makes a payment the one that the till was asked for: the members of the commands that begin one or give its amount. */
const MEMBERS = ['posId', 'orderId', 'amount', 'currencyCode'] as const;
const FLAGS = ['debitCardDisallowed', 'creditCardDisallowed'] as const;
const BEGINS = new Set(['initiatePayment', 'preparePayment', 'readyPayment']);

/** Where a payment that a command told as standing is another one than was asked for: one from before, or with another sum. */
export interface OtherSale {
  readonly id: string;
  readonly asked: JsonObject;
  readonly stands: JsonObject;
}

/** Compares the payment that `command` ended with, as it stands in the sandbox, with what the command asked for; undefined where they agree. */
export function otherSale({ record, result }: Command): OtherSale | undefined {
  if (!BEGINS.has(record.method) || result?.reply.kind !== 'result') return undefined;
  const id = textMember({ ...record.params, ...result.reply.result }, 'paymentId')?.toLowerCase();
  const payments = member(result.truth, 'payments');
  if (id === undefined || !Array.isArray(payments)) return undefined;
  const payment = payments.find((one) => textMember(one, 'id')?.toLowerCase() === id);
  if (!isJsonObject(payment)) return undefined;
  const asked = sale(record.params);
  const stands = sale(payment);
  const names = Object.keys(asked).filter((name) => !same(asked[name], stands[name]));
  const only = (of: JsonObject): JsonObject =>
    Object.fromEntries(names.map((name) => [name, of[name] ?? null]));
  return names.length === 0 ? undefined : { id, asked: only(asked), stands: only(stands) };
}

/** The members that are there; a card that is not disallowed is allowed, said or not. */
function sale(of: JsonObject): JsonObject {
  const plain = MEMBERS.flatMap((name) => (of[name] === undefined ? [] : [[name, of[name]] as const]));
  const restrictions = of['restrictions'];
  const flags = FLAGS.map((name) => [name, member(restrictions, name) === true] as const);
  return Object.fromEntries(of['amount'] == null ? plain : [...plain, ...flags]);
}

/** Ids are compared without regard to case, amounts to the minor unit. */
function same(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (typeof one === 'number' && typeof other === 'number')
    return Math.round(one * 100) === Math.round(other * 100);
  if (typeof one === 'string' && typeof other === 'string') return one.toLowerCase() === other.toLowerCase();
  return one === other;
}
