import type { HttpAnswer, HttpRequest } from '../../model/http.ts';
import { textMember } from '../../model/json.ts';
import { getIn } from '../../std/persistent-map.ts';
import { recordOf } from '../../std/register.ts';
import { activeOn, lookAtPointOfSale } from './aging.ts';
import { bareAnswer, done, unauthorized } from './answers.ts';
import { readBody } from './call.ts';
import { approve, checkIn, reject } from './customer.ts';
import { hasAuthorization, tokenOf } from './gate-checks.ts';
import { impossible, type Tried } from './outcome.ts';
import { testUser } from './test-users.ts';
import { note, type Turn } from './turn.ts';

/*
 * POST /app/usersimulation/… (pos-v10.md 1.11). No Authorization is asked for; one that is given must be good. What cannot be done, or
 * not even be read, is 500 without a body, the only failure that SPEC has for these; the log says why.
 */

export type Simulated = 'simulateCheckIn' | 'simulateAccept' | 'simulateCancel';

/** One of the three user simulations. */
export function simulateUser(turn: Turn, request: HttpRequest, name: Simulated): HttpAnswer {
  if (hasAuthorization(request) && tokenOf(turn, request) === undefined) return unauthorized();
  const names = name === 'simulateCancel' ? ['beaconId'] : ['beaconId', 'phoneNumber'];
  const read = readBody(turn, request, names);
  if ('reason' in read) return failed(turn, read.reason);
  const beaconId = textMember(read.body, 'beaconId');
  if (beaconId === undefined) return failed(turn, 'beaconId must be a text');
  const phone = textMember(read.body, 'phoneNumber') ?? '';
  if (name !== 'simulateCancel' && phone === '')
    return failed(turn, 'phoneNumber must be a text that is not empty');
  const posId = getIn(turn.state.byBeacon, beaconId.toLowerCase());
  if (posId === undefined) return failed(turn, 'no point of sale has this beacon');
  const tried = carryOut(turn, name, posId, phone);
  if (tried.kind === 'impossible') return failed(turn, tried.message);
  if (tried.note !== undefined) note(turn, tried.note);
  return done();
}

function carryOut(turn: Turn, name: Simulated, posId: string, phone: string): Tried {
  const user = testUser(phone);
  const unknown: Tried = impossible('noTestUser', 'no test user has this phone');
  if (name === 'simulateCheckIn') {
    if (user === undefined) return unknown;
    const pos = lookAtPointOfSale(turn, posId);
    const here = recordOf(turn.state.visits, pos?.visitId ?? '');
    return here?.phone === user.phone ? { kind: 'done' } : checkIn(turn, posId, user);
  }
  const payment = activeOn(turn, posId);
  if (payment === undefined) return impossible('noPayment', 'there is no active payment');
  if (name === 'simulateCancel') return reject(turn, payment.id);
  if (user === undefined) return unknown;
  const visitor = recordOf(turn.state.visits, payment.visitId ?? '');
  if (visitor?.phone !== undefined && visitor.phone !== user.phone)
    return impossible('otherUser', 'another user is checked in');
  return approve(turn, payment.id, user.card);
}

function failed(turn: Turn, why: string): HttpAnswer {
  note(turn, `user simulation: ${why}`);
  return bareAnswer(500);
}
