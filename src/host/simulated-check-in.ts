import type { HttpAnswer, HttpRequest } from '../model/http.ts';
import { textMember } from '../model/json.ts';
import { decodeUtf8, parseJson, withoutMark } from '../std/bytes.ts';
import type { Ask } from './living-sandbox.ts';

/** The point of sale at which the user simulation has just let a customer check in, or undefined. */
export function checkedIn(request: HttpRequest, answer: HttpAnswer, ask: Ask): string | undefined {
  // The method first: this is asked after every request, and a pattern is dear.
  if (request.method !== 'POST' || answer.status !== 200) return undefined;
  if (!request.path.toLowerCase().endsWith('/usersimulation/checkin')) return undefined;
  const beaconId = textMember(parseJson(withoutMark(decodeUtf8(request.body)) ?? ''), 'beaconId') ?? '';
  return textMember(ask('pointOfSaleOfBeacon', { beaconId }), 'id');
}
