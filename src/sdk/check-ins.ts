import { numberIn, textsIn } from './json.ts';
import type { Kit } from './kit.ts';
import { gaveUpOn, mostSilentPolls, refusedBy } from './undertakings.ts';

export interface CheckIn {
  readonly isUserCheckedIn: boolean;
  /** Undefined: not known yet; empty: the customer has none. */
  readonly loyaltyIds?: readonly string[];
}

export function checkInPath(posId: string): string {
  return `/pointofsales/${encodeURIComponent(posId)}/checkin`;
}

/** Polls until a customer is checked in or `forMs` is over. Only while the QR code is shown (detecting_mobilepay#user_activation). */
export async function awaitCheckIn(
  kit: Kit,
  posId: string,
  { forMs = kit.settings.patienceMs }: { forMs?: number } = {},
): Promise<CheckIn> {
  const { clock } = kit.settings;
  const until = clock.now() + forMs;
  for (let silent = 0; ;) {
    const answer = await kit.calls.poll(checkInPath(posId));
    if (answer.kind === 'refused') throw refusedBy(answer);
    if (answer.kind === 'lost') {
      silent += 1;
      if (silent >= mostSilentPolls) throw gaveUpOn('the check-in could not be followed', answer.why);
      continue;
    }
    silent = 0;
    rememberDelay(kit, posId, numberIn(answer.body, 'pollDelayInMs'));
    const isUserCheckedIn = answer.body['isUserCheckedIn'] === true;
    if (!isUserCheckedIn && clock.now() < until) continue;
    const loyaltyIds = textsIn(answer.body, 'loyaltyIds');
    return { isUserCheckedIn, ...(loyaltyIds === undefined ? {} : { loyaltyIds }) };
  }
}

function rememberDelay(kit: Kit, posId: string, pollDelayMs: number | undefined): void {
  const entry = kit.ledger.pointOfSale(posId);
  if (entry !== undefined && pollDelayMs !== undefined) kit.ledger.change(entry, { pollDelayMs });
}
