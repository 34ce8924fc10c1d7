import * as z from 'zod';
import type { Act, ClientStep, Expectation } from '../case.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { NeedShape } from '../pack.ts';
import { commands, pointOfSaleParams } from './commands.ts';

/*
 * What a case may need (case-language.md, What a case is on its own), made through the client. The traffic is lenient: nothing is disturbed, a
 * payment left on the point of sale may be cleaned up, and a client that captures by itself is as good as one that is asked.
 */

type NeedStep = ClientStep | Act;

const amountArgs = z.strictObject({ amount: commands.capturePayment.params.shape.amount });

function expectation(operation: string, given: Partial<Expectation> = {}): Expectation {
  return {
    kind: 'expect',
    operations: [operation],
    times: { min: 1, max: 1 },
    plan: { kind: 'forward' },
    line: 0,
    ...given,
  };
}

function customer(name: string): Act {
  return { kind: 'act', group: 'customer', name, args: {}, line: 0 };
}

function step(need: string, command: string, given: Partial<ClientStep>): ClientStep {
  return { kind: 'client', command, with: {}, traffic: [], allow: [], need, line: 0, ...given };
}

function amountOf(args: unknown): number {
  const amount = isJsonObject(args) ? args['amount'] : undefined;
  return typeof amount === 'number' ? amount : 100;
}

function pointOfSaleSteps(args: unknown): NeedStep[] {
  const given: JsonObject = isJsonObject(args) ? args : {};
  return [
    step('pointOfSale', 'createPointOfSale', {
      with: {
        merchantPosId: '$needPos',
        name: 'Certification till',
        supportedBeaconTypes: ['QR'],
        ...given,
      },
      traffic: [expectation('createPointOfSale', { times: { min: 1, max: 6 }, answeredWith: [200, 409] })],
      allow: ['deletePointOfSale'],
      ends: [{ posId: { save: 'posId' } }],
    }),
  ];
}

/** The customer acts while the client polls, so that no client is faster than the customer. */
function reservedPaymentSteps(need: string, args: unknown): NeedStep[] {
  const amount = amountOf(args);
  const query = expectation('queryPayment', { path: { paymentId: '$paymentId' } });
  return [
    step(need, 'initiatePayment', {
      with: {
        posId: '$posId',
        orderId: '$needOrder',
        amount,
        currencyCode: 'DKK',
        plannedCaptureDelay: 'None',
      },
      traffic: [
        expectation('initiatePayment', {
          body: { orderId: { save: 'orderId' } },
          times: { min: 1, max: 3 },
          answeredWith: [200, 409],
        }),
      ],
      allow: ['cancelPayment'],
      ends: [{ paymentId: { save: 'paymentId' } }],
    }),
    step(need, 'awaitPayment', {
      with: { paymentId: '$paymentId' },
      traffic: [query, customer('checkIn'), query, customer('approve'), query],
      allow: ['capturePayment'],
      ends: [{ state: 'Reserved' }, { state: 'Captured' }],
    }),
  ];
}

function capturedPaymentSteps(args: unknown): NeedStep[] {
  const amount = amountOf(args);
  return [
    ...reservedPaymentSteps('capturedPayment', args),
    step('capturedPayment', 'capturePayment', {
      with: { paymentId: '$paymentId', amount },
      traffic: [
        expectation('capturePayment', { path: { paymentId: '$paymentId' }, times: { min: 0, max: 6 } }),
      ],
      ends: [{ state: 'Captured' }],
    }),
  ];
}

export const needs = {
  pointOfSale: {
    once: 'lane',
    gives: ['posId'],
    args: z.union([z.literal(true), z.strictObject(pointOfSaleParams).partial()]),
    steps: pointOfSaleSteps,
  },
  reservedPayment: {
    once: 'case',
    gives: ['paymentId', 'orderId'],
    args: amountArgs,
    steps: (args) => reservedPaymentSteps('reservedPayment', args),
  },
  capturedPayment: {
    once: 'case',
    gives: ['paymentId', 'orderId'],
    args: amountArgs,
    steps: capturedPaymentSteps,
  },
  /** An alias that leads to the client: in the embedded sandbox every alias does, so that a text of the case's own is enough. */
  callbackAlias: { once: 'lane', gives: ['callbackAlias'], args: z.literal(true), steps: () => [] },
} as const satisfies Readonly<Record<string, NeedShape>>;
