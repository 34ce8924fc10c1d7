import type { HttpAnswer, HttpRequest } from '../model/http.ts';
import { textMember } from '../model/json.ts';
import { decodeUtf8, parseJson } from '../std/bytes.ts';
import type { Ask } from './living-sandbox.ts';

/** The point of sale at which the user simulation has just let a customer check in, or undefined. */
export function checkedIn(request: HttpRequest, answer: HttpAnswer, ask: Ask): string | undefined {
  if (answer.status !== 200 || !/\/usersimulation\/checkin$/i.test(request.path)) return undefined;
  const beaconId = textMember(parseJson(decodeUtf8(request.body) ?? ''), 'beaconId') ?? '';
  return textMember(ask('pointOfSaleOfBeacon', { beaconId }), 'id');
}
