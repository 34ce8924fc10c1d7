import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import type { Operation } from '../../src/model/operation.ts';

export const ALL = ['onboarding', 'payments', 'prepared-payments', 'refunds'];

function operation(name: string, method: Operation['method'], path: string, features = ALL): Operation {
  return { name, method, path, features };
}

export const OPERATIONS: readonly Operation[] = [
  operation('getToken', 'POST', '/integrator-authentication/connect/token'),
  operation('queryStores', 'GET', '/pos/v10/stores'),
  operation('queryStore', 'GET', '/pos/v10/stores/{storeId}'),
  operation('createPointOfSale', 'POST', '/pos/v10/pointofsales'),
  operation('queryPointOfSale', 'GET', '/pos/v10/pointofsales/{posId}'),
  operation('queryPointsOfSale', 'GET', '/pos/v10/pointofsales'),
  operation('deletePointOfSale', 'DELETE', '/pos/v10/pointofsales/{posId}'),
  operation('queryCheckIn', 'GET', '/pos/v10/pointofsales/{posId}/checkin'),
  operation('initiatePayment', 'POST', '/pos/v10/payments', ['payments', 'refunds']),
  operation('preparePayment', 'POST', '/pos/v10/payments/prepare', ['prepared-payments']),
  operation('readyPayment', 'POST', '/pos/v10/payments/{paymentId}/ready', ['prepared-payments']),
  operation('queryPayment', 'GET', '/pos/v10/payments/{paymentId}'),
  operation('queryPayments', 'GET', '/pos/v10/payments'),
  operation('capturePayment', 'POST', '/pos/v10/payments/{paymentId}/capture'),
  operation('cancelPayment', 'POST', '/pos/v10/payments/{paymentId}/cancel'),
  operation('initiateRefund', 'POST', '/pos/v10/refunds', ['refunds']),
  operation('queryRefund', 'GET', '/pos/v10/refunds/{refundId}', ['refunds']),
  operation('queryRefunds', 'GET', '/pos/v10/refunds', ['refunds']),
  operation('captureRefund', 'POST', '/pos/v10/refunds/{refundId}/capture', ['refunds']),
  operation('cancelRefund', 'POST', '/pos/v10/refunds/{refundId}/cancel', ['refunds']),
];

/** Ids to test with. */
export const A = 'aaaaaaaa-0000-4000-8000-000000000001';
export const B = 'bbbbbbbb-0000-4000-8000-000000000002';
export const POS = 'cccccccc-0000-4000-8000-000000000003';
export const STORE = 'dddddddd-0000-4000-8000-000000000004';
export const TOKEN = '[redacted:0123abcd]';
export const VAT = 'DK90000028';

export const CREATES = ['createPointOfSale', 'initiatePayment', 'preparePayment', 'initiateRefund'];

/** Bodies that nothing is wrong with. */
export const BODIES: Readonly<Record<string, JsonObject>> = {
  createPointOfSale: {
    merchantPosId: 'till-7',
    storeId: STORE,
    name: 'Till 7',
    supportedBeaconTypes: ['QR'],
  },
  initiatePayment: {
    posId: POS,
    orderId: 'order-1',
    amount: 100,
    currencyCode: 'DKK',
    plannedCaptureDelay: 'None',
  },
  preparePayment: { posId: POS, orderId: 'order-1' },
  readyPayment: { amount: 100, currencyCode: 'DKK', plannedCaptureDelay: 'None' },
  capturePayment: { amount: 100 },
  initiateRefund: { paymentId: A, refundOrderId: 'refund-1', amount: 40, currencyCode: 'DKK' },
};

export const ANSWERS: Readonly<Record<string, JsonValue>> = {
  getToken: { access_token: TOKEN, expires_in: 3700, token_type: 'Bearer' },
  queryStores: { storeIds: [STORE] },
  createPointOfSale: { posId: POS },
  initiatePayment: { paymentId: A },
  preparePayment: { paymentId: A },
  initiateRefund: { refundId: B },
};
