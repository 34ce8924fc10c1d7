import { asked } from './calls.ts';
import { canonical } from './contents.ts';
import { sent } from './exchange-log.ts';
import { ruleOf } from './rule.ts';

/** The types since 2020-09-18 (release_notes); the older Bluetooth names are refused. */
const TYPES: readonly unknown[] = ['QR', 'NFC', 'Bluetooth'];

/** O49: supportedBeaconTypes names at least one of the three types, each once; those the till was asked for, it is recommended. */
export const beaconTypes = ruleOf('beacon-types', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (exchange.request.operation !== 'createPointOfSale') continue;
    notes.examine(exchange);
    const got = sent(exchange, 'supportedBeaconTypes') ?? null;
    const valid = Array.isArray(got) && got.length > 0 && new Set(got).size === got.length;
    if (!valid || !got.every((type) => TYPES.includes(type))) {
      notes.find('beacon-types-invalid', [exchange], { got, allowed: ['QR', 'NFC', 'Bluetooth'] });
      continue;
    }
    const expected = asked(exchange, 'createPointOfSale', 'supportedBeaconTypes');
    if (Array.isArray(expected) && canonical([...expected].sort()) !== canonical([...got].sort()))
      notes.find('beacon-types-differ', [exchange], { got, expected }, 'should');
  }
});
