import { describe, expect, it } from 'vitest';
import { posV10Rules } from '../../src/rules/pos-v10/index.ts';
import {
  A,
  B,
  judge,
  POS,
  refusal,
  status,
  till,
  TOKEN,
  VAT,
  type RecordingBuilder,
} from './recording-builder.ts';

/*
 * Clients that do what the protocol leaves to them (client-protocol.md, Left to the client), each in its own way. No rule may fail them.
 */

const reserved = status('Reserved', { partialCapturePossible: false });
const initiate = 'initiatePayment';
const capture = 'capturePayment';
const FAILED = { status: 500, planted: true };

function truth(state: string): {
  payments: { id: string; state: string; everReserved: boolean; createdBy: string }[];
  refunds: [];
} {
  return { payments: [{ id: A, state, everReserved: true, createdBy: 'client' }], refunds: [] };
}

function withPointOfSale(): RecordingBuilder {
  return till()
    .command('createPointOfSale', { supportedBeaconTypes: ['QR'] })
    .sends('getToken', { text: `grant_type=client_credentials&merchant_vat=${VAT}` })
    .sends('queryStores')
    .sends('createPointOfSale')
    .result({ posId: POS });
}

const CLIENTS: Readonly<Record<string, RecordingBuilder>> = {
  'is impatient: 0.2 s, five retries, and abandons without closing': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate, { key: 'k', lost: 'timeout', takes: 200 })
    .sends(initiate, { key: 'k', lost: 'timeout', takes: 200, after: 60 })
    .sends(initiate, { key: 'k', ...FAILED, after: 120 })
    .sends(initiate, { key: 'k', ...FAILED, after: 240 })
    .sends(initiate, { key: 'k', lost: 'reset', after: 480 })
    .sends(initiate, { key: 'k', after: 960 })
    .result({ paymentId: A })
    .command('awaitPayment', { paymentId: A })
    .sends('queryPayment', { ...status('Initiated'), after: 1 })
    .sends('queryPayment', { lost: 'timeout', takes: 200, after: 300 })
    .sends('queryPayment', { ...reserved, after: 100 })
    .result({ state: 'Reserved' }, truth('Reserved'))
    .command(capture, { paymentId: A, amount: 100 })
    .sends(capture, { lost: 'timeout', takes: 200, after: 1 })
    .sends(capture, { ...FAILED, after: 60 })
    .sends(capture, { after: 120 })
    .result({ state: 'Captured' }, truth('Captured'))
    .endsCase(truth('Captured')),

  'looks up instead of repeating, and cancels what it finds': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate, { lost: 'timeout', takes: 5000 })
    .sends('queryPayments', { query: `posId=${POS}&orderId=order-1`, answers: { paymentIds: [A] } })
    .sends('queryPayment', status('Initiated'))
    .sends('cancelPayment')
    .sends(initiate, { answers: { paymentId: B } })
    .result({ paymentId: B })
    .command('awaitPayment', { paymentId: B })
    .sends('queryPayment', { id: B, ...status('CancelledByUser') })
    .result({ state: 'CancelledByUser' })
    .endsCase(truth('CancelledByClient')),

  'sends its key with every request, and a fresh one after 1301': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate, { key: 'k1', ...refusal(409, '1301') })
    .sends('queryPayments', { key: 'k1', query: `posId=${POS}`, answers: { paymentIds: [B] } })
    .sends('queryPayment', { key: 'k1', id: B, ...status('Initiated') })
    .sends('cancelPayment', { key: 'k1', id: B.toUpperCase() })
    .sends(initiate, { key: 'k2' })
    .result({ paymentId: A })
    .command('cancelPayment', { paymentId: A })
    .sends('cancelPayment', { key: 'k2' })
    .result({ state: 'CancelledByClient' })
    .endsCase(truth('CancelledByClient')),

  'keeps its key after 1301': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate, { key: 'k1', ...refusal(409, '1301') })
    .sends('queryPayments', { query: `posId=${POS}&orderId=order-1`, answers: { paymentIds: [B] } })
    .sends('cancelPayment', { id: B })
    .sends(initiate, { key: 'k1' })
    .result({ paymentId: A }),

  'loses its token in the middle of everything': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate, { key: 'k', status: 401 })
    .sends('getToken', {
      text: 'grant_type=client_credentials',
      answers: { access_token: '[redacted:2]', expires_in: 3700 },
    })
    .sends(initiate, { key: 'k', after: 1, headers: { Authorization: 'Bearer [redacted:2]' } })
    .result({ paymentId: A })
    .command('awaitPayment', { paymentId: A })
    .sends('queryPayment', { headers: { Authorization: 'Bearer [redacted:2]' }, ...status('Initiated') })
    .sends('queryPayment', { headers: { Authorization: 'Bearer [redacted:2]' }, status: 401 })
    .sends('getToken', { text: 'grant_type=client_credentials' })
    .sends('queryPayment', { ...reserved, after: 1, headers: { Authorization: `bearer ${TOKEN}` } })
    .result({ state: 'Reserved' }),

  'dies while it initiates, and sends the same again': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate, { key: 'k', lost: 'killed' })
    .killed()
    .restart()
    .sends('getToken', { text: `grant_type=client_credentials&merchant_vat=${VAT}` })
    .sends('queryPointsOfSale', { query: 'merchantPosId=till-7', answers: { posIds: [POS] } })
    .sends(initiate, { key: 'k' })
    .sends('queryPayment', status('Initiated'))
    .sends('cancelPayment')
    .result(
      { posId: POS, payments: [{ paymentId: A, state: 'CancelledByClient' }] },
      truth('CancelledByClient'),
    )
    .endsCase(truth('CancelledByClient')),

  'dies while it initiates, and has forgotten it': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate, { key: 'k', lost: 'killed' })
    .killed()
    .restart()
    .sends('queryPointOfSale', { id: POS })
    .result({ posId: POS })
    .command(initiate, { posId: POS, orderId: 'order-2', amount: 100 })
    .sends(initiate, { key: 'l', body: { orderId: 'order-2' }, ...refusal(409, '1301') })
    .sends('queryPayments', { query: `posId=${POS}`, answers: { paymentIds: [B] } })
    .sends('cancelPayment', { id: B })
    .sends(initiate, { key: 'l', body: { orderId: 'order-2' } })
    .result({ paymentId: A }),

  'captures by itself, six times in vain, and the job finishes it': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate)
    .result({ paymentId: A })
    .command('awaitPayment', { paymentId: A })
    .sends('queryPayment', reserved)
    .sends(capture, FAILED)
    .sends(capture, FAILED)
    .sends(capture, FAILED)
    .sends(capture, FAILED)
    .sends(capture, FAILED)
    .sends(capture, FAILED)
    .gaveUp()
    .command(capture, { paymentId: A, amount: 100 })
    .sends(capture, FAILED)
    .result({ state: 'Reserved' }, truth('Reserved'))
    .command('settle')
    .sends('queryPayment', reserved)
    .sends(capture)
    .result({ payments: [{ paymentId: A, state: 'Captured' }], refunds: [] }, truth('Captured'))
    .endsCase(truth('Captured')),

  'asks the state before each step': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends('queryPayments', { query: `posId=${POS}`, answers: { paymentIds: [] } })
    .sends(initiate)
    .sends('queryPayment', { ...status('Initiated'), after: 1 })
    .result({ paymentId: A })
    .command('awaitPayment', { paymentId: A })
    .sends('queryPayment', { ...reserved, after: 400 })
    .result({ state: 'Reserved' })
    .command(capture, { paymentId: A, amount: 60 })
    .sends('queryPayment', { ...reserved, after: 2 })
    .sends('cancelPayment')
    .sends('queryPayment', { ...status('CancelledByClient'), after: 2 })
    .result({ state: 'CancelledByClient' }, truth('CancelledByClient'))
    .endsCase(truth('CancelledByClient')),

  'meets a capture that is refused, and says so': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate)
    .result({ paymentId: A })
    .command('awaitPayment', { paymentId: A })
    .sends('queryPayment', reserved)
    .result({ state: 'Reserved' })
    .act('clock', 'advance')
    .command(capture, { paymentId: A, amount: 100 })
    .sends(capture, refusal(409, '1304'))
    .refused()
    .endsCase(truth('ExpiredAndCancelled')),

  'never gets the answer to its refund': withPointOfSale()
    .command('initiateRefund', { paymentId: A, refundOrderId: 'refund-1', amount: 40, currencyCode: 'DKK' })
    .sends('initiateRefund', { key: 'r', lost: 'timeout', takes: 2000 })
    .sends('initiateRefund', { key: 'r', lost: 'reset' })
    .sends('initiateRefund', { key: 'r', lost: 'reset' })
    .sends('queryRefunds', { query: `paymentId=${A}`, answers: { refundIds: [B] } })
    .sends('queryRefund', { id: B, ...status('Initiated') })
    .result({ refundId: B })
    .command('cancelRefund', { refundId: B })
    .sends('cancelRefund', { id: B })
    .result({ state: 'CancelledByClient' })
    .endsCase({ payments: [], refunds: [{ id: B, state: 'CancelledByClient', amount: 40 }] }),

  'finds the point of sale gone after its deletion was answered 500': withPointOfSale()
    .command('deletePointOfSale', { posId: POS })
    .sends('deletePointOfSale', { id: POS, lost: 'timeout', takes: 2000 })
    .sends('queryPointOfSale', { id: POS, status: 404 })
    .result(),

  'stops after six polls without an answer and cancels': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate)
    .result({ paymentId: A })
    .command('awaitPayment', { paymentId: A })
    .sends('queryPayment', status('Initiated'))
    .sends('queryPayment', { lost: 'timeout', takes: 500 })
    .sends('queryPayment', { lost: 'timeout', takes: 500 })
    .sends('queryPayment', { lost: 'timeout', takes: 500 })
    .sends('queryPayment', { lost: 'timeout', takes: 500 })
    .sends('queryPayment', { lost: 'timeout', takes: 500 })
    .sends('queryPayment', { lost: 'timeout', takes: 500 })
    .sends('cancelPayment', { lost: 'timeout', takes: 2000 })
    .sends('cancelPayment')
    .result({ state: 'CancelledByClient' }, truth('CancelledByClient'))
    .endsCase(truth('CancelledByClient')),

  'reads bodies that were cut off or garbled': withPointOfSale()
    .command(initiate, { posId: POS, orderId: 'order-1', amount: 100 })
    .sends(initiate, { key: 'k', lost: 'truncated' })
    .sends(initiate, { key: 'k', lost: 'malformed' })
    .sends(initiate, { key: 'k' })
    .result({ paymentId: A })
    .command('awaitPayment', { paymentId: A })
    .sends('queryPayment', { ...reserved, lost: 'malformed' })
    .sends('queryPayment', reserved)
    .sends(capture)
    .result({ state: 'Captured' }, truth('Captured'))
    .endsCase(truth('Captured')),
};

describe('a client that', () => {
  it.each(Object.entries(CLIENTS))('%s', (_what, recording) => {
    const judgements = posV10Rules.map((rule) => judge(rule, recording));
    const held = judgements.flatMap((judgement) => [...judgement.findings, ...judgement.doubtful]);
    expect(held.filter((finding) => finding.level === 'must')).toEqual([]);
  });

  it('wrongs in one lane is not taken for another', () => {
    const recording = till()
      .command(initiate)
      .sends(initiate, { key: 'k', lost: 'timeout' })
      .lane('refunds')
      .starts()
      .command(initiate)
      .sends(initiate, { key: 'other' });
    const kept = posV10Rules.find((rule) => rule.id === 'idempotency-key-kept');
    expect(kept && judge(kept, recording).findings).toEqual([]);
  });
});
