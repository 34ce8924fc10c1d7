import type { JsonObject, JsonValue } from '../../model/json.ts';

/** What was never published, or may be wanted otherwise. Times in ms where the name says so. Marks and reasons: pos-v10.md 1.3, 2.3 and 6. */
export interface Settings {
  /** Given in every answer that is polled. */
  readonly pollDelayInMs: number;
  /** Seconds, as `expires_in` tells them. */
  readonly tokenLifetime: number;
  /** false: tokens end only by revocation, so that a moved clock does not age them. */
  readonly tokensAge: boolean;
  /** Initiated and Prepared payments are cancelled by MobilePay after this. */
  readonly unpairedInactivityMs: number;
  /** Paired and IssuedToUser likewise. */
  readonly pairedInactivityMs: number;
  readonly checkInLifeMs: number;
  readonly reservationLifeMs: number;
  readonly refundReservationLifeMs: number;
  readonly refundWindowMs: number;
  readonly idempotencyMemoryMs: number;
  /** A refund is Reserved at this query of it. */
  readonly refundReservedAtQuery: number;
  /** Whether a smaller capture is possible where the customer's check-in does not say. */
  readonly partialCapturePossible: boolean;
  /** The customer's check-in ends with the payment it was used for. */
  readonly checkInEndsWithPayment: boolean;
  /** Captured money can be used for refunds; otherwise the balance falls only. */
  readonly capturesFillTheBalance: boolean;
}

const DAY = 86_400_000;

export const DEFAULT_SETTINGS: Settings = {
  pollDelayInMs: 1000,
  tokenLifetime: 3700,
  tokensAge: true,
  unpairedInactivityMs: 300_000,
  pairedInactivityMs: 120_000,
  checkInLifeMs: 300_000,
  reservationLifeMs: 7 * DAY,
  refundReservationLifeMs: DAY,
  refundWindowMs: 90 * DAY,
  idempotencyMemoryMs: DAY,
  refundReservedAtQuery: 2,
  partialCapturePossible: false,
  checkInEndsWithPayment: true,
  capturesFillTheBalance: false,
};

/** Whether `name` is a setting. */
export function isSetting(name: string): name is keyof Settings {
  return Object.hasOwn(DEFAULT_SETTINGS, name);
}

/** The settings with one changed, or undefined where the value does not fit: whole numbers from 0 to 2^31-1 (other times up to ten years), or true and false. */
export function withSetting(
  settings: Settings,
  name: keyof Settings,
  value: JsonValue | undefined,
): Settings | undefined {
  if (typeof DEFAULT_SETTINGS[name] === 'boolean')
    return typeof value === 'boolean' ? { ...settings, [name]: value } : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > mostOf(name))
    return undefined;
  return { ...settings, [name]: value };
}

function mostOf(name: keyof Settings): number {
  return name === 'pollDelayInMs' || name === 'tokenLifetime' ? 2_147_483_647 : 3660 * DAY;
}

/** Which values a setting takes, in words. */
export function valuesOf(name: keyof Settings): string {
  return typeof DEFAULT_SETTINGS[name] === 'boolean'
    ? 'true or false'
    : `a whole number from 0 to ${String(mostOf(name))}`;
}

/** Settings from what a caller hands over; throws a RangeError for a name or value that is none. */
export function parseSettings(given: JsonObject): Settings {
  let settings = DEFAULT_SETTINGS;
  for (const [name, value] of Object.entries(given)) {
    const changed = isSetting(name) ? withSetting(settings, name, value) : undefined;
    if (changed === undefined) throw new RangeError(`The sandbox has no setting ${name} with such a value`);
    settings = changed;
  }
  return settings;
}
