import { isJsonObject, member, textMember, type JsonObject, type JsonValue } from '../../model/json.ts';
import { qrCode, qrPath } from '../../std/qr.ts';
import { parseJson } from '../../std/bytes.ts';
import type { ExchangeLog, LoggedExchange } from '../exchange-log.ts';

/** What of the living sandbox is shown. */
export interface Shown {
  readonly exchanges: ExchangeLog;
  ask(truth: string, query: JsonObject): JsonValue;
  now(): number;
  offsetMs(): number;
}

/** How many of each kind a person can look through. */
const MOST = { pointsOfSale: 24, payments: 60, refunds: 30 };

/** Everything that the page shows, the newest first. `boot` tells a page that it was served by another process. */
export function pageView(sandbox: Shown, apiOrigin: string, boot: string): JsonObject {
  const newest = sandbox.ask('newest', MOST);
  const stores = sandbox.ask('stores', {});
  const found = member(newest, 'pointsOfSale');
  const pointsOfSale = (Array.isArray(found) ? found : []).filter(isJsonObject);
  const ids = pointsOfSale.map((pos) => textMember(pos, 'id') ?? '');
  const sizes = sandbox.ask('sizes', {});
  return {
    boot,
    clock: { now: sandbox.now(), offsetMs: sandbox.offsetMs() },
    api: apiOrigin,
    stores,
    settings: sandbox.ask('settings', {}),
    totals: {
      tills: member(sizes, 'pointsOfSale') ?? 0,
      payments: member(sizes, 'payments') ?? 0,
      refunds: member(sizes, 'refunds') ?? 0,
    },
    pointsOfSale: pointsOfSale.map(withQr),
    guests: Object.fromEntries(ids.map((posId) => [posId, sandbox.ask('guest', { posId })])),
    // The payment that a customer can do something with, wherever it stands in the list of payments.
    active: ids.map((posId) => sandbox.ask('activePayment', { posId })).filter((payment) => payment !== null),
    payments: member(newest, 'payments') ?? [],
    refunds: member(newest, 'refunds') ?? [],
    exchanges: sandbox.exchanges.newest().map(shownExchange),
  };
}

/** The documented payload, all of it in lower case, of the beacon and not of the point of sale (pos-v10.md 1.13). */
export function qrText(beaconId: string): string {
  return `mobilepaypos://pos?id=${beaconId}&source=qr`.toLowerCase();
}

const drawn = new Map<string, JsonObject>();
const MOST_DRAWN = 200;

function withQr(pos: JsonObject): JsonObject {
  const text = qrText(textMember(pos, 'beaconId') ?? '');
  let qr = drawn.get(text);
  if (qr === undefined) {
    const code = qrCode(text);
    qr = code === undefined ? { text } : { text, size: code.size + 8, path: qrPath(code) };
    if (drawn.size >= MOST_DRAWN) drawn.clear();
    drawn.set(text, qr);
  }
  return { ...pos, qr };
}

const MOST_TEXT = 1500;
const decoder = new TextDecoder();

function shownExchange({ number, at, request, answer, warnings }: LoggedExchange): JsonObject {
  const secret = /\/connect\/token/i.test(request.target);
  return {
    number,
    at,
    method: request.method,
    target: request.target.slice(0, 300),
    status: answer.status,
    code: textMember(parseJson(textOf(answer.body)), 'code') ?? '',
    sent: secret ? '' : textOf(request.body),
    got: secret ? '' : textOf(answer.body),
    warnings: [...warnings].slice(0, 5).map((warning) => warning.slice(0, 200)),
  };
}

function textOf(body: Uint8Array): string {
  return decoder.decode(body.subarray(0, MOST_TEXT));
}
