import type { JsonRecord } from '../json.ts';
import { isRecord, textIn, textsIn } from '../json.ts';
import type { Minor } from '../money.ts';
import { minorOf } from '../money.ts';
import type { Charge } from '../payments.ts';
import type { WantedPointOfSale } from '../points-of-sale.ts';

/** A parameter is missing or isn't what it should be. The message names it. */
export class BadParams extends Error {}

export function requiredText(params: JsonRecord, name: string): string {
  const text = textIn(params, name);
  if (text === undefined) throw new BadParams(`${name} must be a text`);
  return text;
}

export function requiredRecord(params: JsonRecord, name: string): JsonRecord {
  const value = params[name];
  if (!isRecord(value)) throw new BadParams(`${name} must be an object`);
  return value;
}

/** `{ name: text }`, or nothing where it is left out, for spreading. */
export function optionalText<Name extends string>(
  params: JsonRecord,
  name: Name,
): { [key in Name]?: string } {
  if (params[name] === undefined || params[name] === null) return {};
  return { [name]: requiredText(params, name) } as { [key in Name]?: string };
}

/** An amount in major units, as minor ones. */
export function amountOf(params: JsonRecord): Minor {
  const amount = minorOf(params['amount']);
  if (amount === undefined) throw new BadParams('amount must be a number with at most two decimals');
  return amount;
}

export function currencyOf(params: JsonRecord): 'DKK' | 'EUR' {
  const currency = params['currencyCode'];
  if (currency !== 'DKK' && currency !== 'EUR') throw new BadParams('currencyCode must be DKK or EUR');
  return currency;
}

export function chargeOf(params: JsonRecord): Charge {
  const delay = params['plannedCaptureDelay'];
  const isDelay = delay === 'None' || delay === 'LessThan24Hours' || delay === 'LessThan14Days';
  if (delay !== undefined && !isDelay)
    throw new BadParams('plannedCaptureDelay is none that MobilePay knows');
  return {
    amount: amountOf(params),
    currencyCode: currencyOf(params),
    ...(isDelay ? { plannedCaptureDelay: delay } : {}),
    ...optionalText(params, 'merchantPaymentLabel'),
    ...restrictionsOf(params),
  };
}

export function wantedPointOfSale(params: JsonRecord): WantedPointOfSale {
  const names: readonly string[] = ['QR', 'NFC', 'Bluetooth'];
  const given = textsIn(params, 'supportedBeaconTypes') ?? [];
  const types = given.filter((type): type is 'QR' | 'NFC' | 'Bluetooth' => names.includes(type));
  if (types.length === 0 || types.length < given.length) {
    throw new BadParams('supportedBeaconTypes must list QR, NFC or Bluetooth');
  }
  const first = params['requirePaymentBeforeCheckin'];
  return {
    supportedBeaconTypes: types,
    ...optionalText(params, 'merchantPosId'),
    ...optionalText(params, 'name'),
    ...optionalText(params, 'beaconId'),
    ...optionalText(params, 'callbackAlias'),
    ...(typeof first === 'boolean' ? { requirePaymentBeforeCheckin: first } : {}),
  };
}

function restrictionsOf(params: JsonRecord): Pick<Charge, 'restrictions'> {
  if (params['restrictions'] === undefined || params['restrictions'] === null) return {};
  const given = requiredRecord(params, 'restrictions');
  const flags = ['debitCardDisallowed', 'creditCardDisallowed'] as const;
  const pairs = flags.flatMap((flag) => (typeof given[flag] === 'boolean' ? [[flag, given[flag]]] : []));
  return { restrictions: Object.fromEntries(pairs) as NonNullable<Charge['restrictions']> };
}
