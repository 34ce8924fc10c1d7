import type {
  CaseReport,
  ExchangeReport,
  ObligationReport,
  RunReport,
  StepReport,
} from '../../src/model/run.ts';

/* Runs made by hand, as the spine would make them: what an integrator may have to read. */

const step = (
  title: string,
  line: number,
  state: StepReport['state'],
  expectations: readonly (readonly [string, readonly number[], boolean])[] = [],
  kind: StepReport['kind'] = 'client',
): StepReport => ({
  kind,
  title,
  line,
  state,
  expectations: expectations.map(([name, exchanges, met]) => ({ title: name, exchanges, met })),
});

const onboard: CaseReport = {
  id: 'onboarding/onboard-a-pos',
  feature: 'onboarding',
  title: 'Onboard a point of sale',
  why: 'Tills lose answers. A point of sale that is created twice leaves a beacon that leads nowhere.',
  tier: 'certification',
  mark: 'documented',
  source: ['self_certification#onboarding'],
  file: 'onboarding/01-onboard-a-pos.yaml',
  lane: 'onboarding',
  verdict: 'passed',
  steps: [
    step('createPointOfSale', 12, 'done', [
      ['Create a point of sale (time-out)', [2], true],
      ['Create a point of sale (500 Internal Server Error)', [3], true],
      ['Create a point of sale', [4], true],
    ]),
    step('check pointsOfSale', 26, 'done', [], 'check'),
  ],
  findings: [],
  durationMs: 6214,
  attempts: 1,
};

const restart: CaseReport = {
  ...onboard,
  id: 'onboarding/restart-finds-the-pos',
  title: 'Restart finds the point of sale',
  why: 'A till is switched off every night.',
  mark: 'inferred',
  source: ['pos_management#restart'],
  file: 'onboarding/05-restart-finds-the-pos.yaml',
  steps: [step('createPointOfSale', 10, 'done'), step('restart', 14, 'done')],
  durationMs: 1830,
};

const complete: CaseReport = {
  id: 'payments/complete-a-payment',
  feature: 'payments',
  title: 'Complete a payment',
  why: 'Tills lose answers. Without one idempotency key per payment, a retry charges the customer twice.',
  tier: 'certification',
  mark: 'inferred',
  source: ['api_principles#idempotency-keys', 'api_principles#retrying-requests'],
  file: 'payments/01-complete-a-payment.yaml',
  lane: 'payments',
  verdict: 'passed',
  steps: [
    step('initiatePayment', 10, 'done', [
      ['Initiate a payment (time-out)', [14], true],
      ['Initiate a payment (500 Internal Server Error)', [15], true],
      ['Initiate a payment', [16], true],
    ]),
    step('awaitPayment', 27, 'done', [['queryPayment', [17], true]]),
    step('capturePayment', 41, 'done', [['capturePayment', [18], true]]),
    step('check payment, paymentsOfOrder', 50, 'done', [], 'check'),
  ],
  findings: [],
  durationMs: 14_870,
  attempts: 1,
};

const hardening: CaseReport = {
  ...complete,
  id: 'payments/late-200',
  title: 'An answer that comes late',
  tier: 'hardening',
  file: 'payments/40-late-200.yaml',
  steps: [],
  durationMs: 9002,
};

const excluded: CaseReport = {
  ...complete,
  id: 'payments/cancel-a-reserved-payment',
  title: 'Cancel a reserved payment',
  file: 'payments/06-cancel-a-reserved-payment.yaml',
  verdict: 'not applicable',
  reason: { code: 'behaviour-excludes', data: { behaviour: 'capturesWhenReserved' } },
  steps: [],
  durationMs: 0,
  attempts: 0,
};

const duty = (
  id: string,
  title: string,
  state: ObligationReport['state'],
  more: Partial<ObligationReport> = {},
): ObligationReport => ({
  id,
  title,
  level: 'must',
  state,
  applicable: state !== 'not observable',
  examined: state === 'kept' || state === 'broken' ? 12 : 0,
  findings: 0,
  ...more,
});

const OBLIGATIONS: readonly ObligationReport[] = [
  duty('bearer-token', 'Every call carries a token', 'kept'),
  duty('idempotency-key-kept', 'A retry carries the key of the request it repeats', 'kept', {
    source: ['api_principles#idempotency-keys'],
    text: 'A request that is sent again after a lost answer or a server error carries the same idempotency key as before.',
    usually: 'The key is made inside the function that sends, so that each attempt has a new one.',
    remedy: 'Make the key where the payment is decided and hand it to whatever sends.',
  }),
  duty('write-timeout', 'Writes wait two seconds', 'kept', {
    level: 'should',
    source: ['api_principles#timeouts'],
  }),
  duty('tls', 'TLS 1.2 or later', 'not observable'),
];

const base: RunReport = {
  schemaVersion: 1,
  tool: { name: 'poscert', version: '1.0.0' },
  run: '20261121T080000Z-7f3a',
  startedAt: '2026-11-21T08:00:00.000Z',
  finishedAt: '2026-11-21T08:00:33.412Z',
  durationMs: 33_412,
  client: {
    driver: 'process',
    configuredName: 'Acme POS',
    name: 'Acme POS',
    version: '2.1.0',
    declaredVersion: '2.1.0',
    behaviours: ['capturesWhenReserved'],
  },
  pack: { id: 'pos-v10', version: '1.0.0', digest: 'a'.repeat(64) },
  target: 'embedded',
  features: ['onboarding', 'payments'],
  tier: 'all',
  partial: false,
  verdict: 'passed',
  exitCode: 0,
  cases: [onboard, restart, complete, hardening, excluded],
  obligations: OBLIGATIONS,
  findings: [],
  exchanges: [],
  counts: { passed: 4, 'not applicable': 1 },
  time: { clientMs: 26_104, oursMs: 1209, longestLaneMs: 24_011 },
  warnings: [],
  journal: '.poscert/runs/20261121T080000Z-7f3a/run.jsonl',
};

/** Everything passed, a certificate was sealed. */
export const allPassed: RunReport = {
  ...base,
  certificate: { folder: 'poscert-certificates/2.1/0003', serial: '0003', signed: true },
};

const KEYS = ['5f0e7c9a-6d1b-4c55-9d1e-0a8f4b7d2c11', 'c2a91b04-3f7e-4f0f-8a58-6f9d1c30e7b2'];
const headers = (key: string): ExchangeReport['requestHeaders'] => [
  ['Host', '127.0.0.1:41001'],
  ['Authorization', 'Bearer [redacted:t1]'],
  ['X-MobilePay-Client-System-Version', '2.1.0'],
  ['X-MobilePay-Idempotency-Key', key],
  ['Content-Type', 'application/json'],
];

const initiate = (
  exchange: number,
  at: number,
  key: string,
  more: Partial<ExchangeReport>,
): ExchangeReport => ({
  exchange,
  lane: 'payments',
  case: 'payments/complete-a-payment',
  operation: 'initiatePayment',
  method: 'POST',
  target: '/pos/v10/payments',
  requestHeaders: headers(key),
  requestBody: {
    posId: '0b6a…',
    orderId: 'ord-7f3a-1',
    amount: 100,
    currencyCode: 'DKK',
    plannedCaptureDelay: 'None',
  },
  at,
  ...more,
});

const EXCHANGES: readonly ExchangeReport[] = [
  initiate(14, 12_310.25, KEYS[0] ?? '', {
    endedAt: 17_312.5,
    outcome: 'withheld',
    fault: 'timeout, carried out',
  }),
  initiate(15, 17_402, KEYS[1] ?? '', {
    endedAt: 17_405.1,
    outcome: 'delivered',
    status: 409,
    answerHeaders: [['content-type', 'application/json']],
    answerBody: {
      code: '1301',
      message: "The PoS has an active payment: it's blocked",
      correlationId: 'f00d',
    },
  }),
  {
    exchange: 31,
    lane: 'payments',
    case: 'payments/cancel-a-payment',
    operation: 'cancelPayment',
    method: 'POST',
    target: '/pos/v10/payments/8d3c0d8e-0000-4000-8000-000000000001/cancel',
    requestHeaders: headers(KEYS[0] ?? ''),
    at: 31_004,
    endedAt: 36_050,
    outcome: 'abandoned',
  },
];

/** The first cause with two consequences, the same duty broken elsewhere, advice, a case cut off by a continuation. */
export const oneFailed: RunReport = {
  ...base,
  run: '20261121T090000Z-11aa',
  verdict: 'failed',
  exitCode: 1,
  tier: 'certification',
  client: {
    driver: 'process',
    configuredName: 'Acme POS',
    name: 'acme-adapter',
    version: '2.1.0',
    behaviours: [],
  },
  cases: [
    onboard,
    {
      ...complete,
      verdict: 'failed',
      steps: [
        step('initiatePayment', 10, 'failed', [
          ['Initiate a payment (time-out)', [14], true],
          ['Initiate a payment (500 Internal Server Error)', [15], true],
          ['Initiate a payment', [], false],
        ]),
        step('awaitPayment', 27, 'not reached', [['queryPayment', [], false]]),
        step('capturePayment', 41, 'not reached'),
        step('check payment, paymentsOfOrder', 50, 'not reached', [], 'check'),
      ],
      findings: [
        {
          code: 'idempotency-key-kept',
          level: 'must',
          obligation: 'idempotency-key-kept',
          case: 'payments/complete-a-payment',
          exchanges: [14, 15],
          data: { expected: KEYS[0] ?? '', got: KEYS[1] ?? '' },
        },
        {
          code: 'not-a-retry',
          level: 'must',
          case: 'payments/complete-a-payment',
          exchanges: [14, 15],
          data: {
            operation: 'Initiate a payment (500 Internal Server Error)',
            line: 16,
            what: 'key',
            expected: KEYS[0] ?? '',
            got: KEYS[1] ?? '',
          },
        },
        {
          code: 'missing-request',
          level: 'must',
          case: 'payments/complete-a-payment',
          exchanges: [14, 15],
          data: {
            expected: 'Initiate a payment',
            operation: 'initiatePayment',
            line: 20,
            command: 'initiatePayment',
            missing: ['Initiate a payment'],
          },
        },
        {
          code: 'write-timeout',
          level: 'should',
          obligation: 'write-timeout',
          case: 'payments/complete-a-payment',
          exchanges: [14],
          data: { waitedMs: 5002 },
        },
      ],
      durationMs: 5402,
    },
    {
      ...complete,
      id: 'payments/partial-capture',
      title: 'Capture less than was reserved',
      why: 'A customer gives something back before paying.',
      source: ['payment_flows#capture'],
      file: 'payments/10-partial-capture.yaml',
      verdict: 'failed',
      steps: [step('initiatePayment', 8, 'done'), step('check payment', 30, 'failed', [], 'check')],
      findings: [
        {
          code: 'truth-differs',
          level: 'must',
          case: 'payments/partial-capture',
          exchanges: [],
          data: {
            truth: 'payment',
            line: 31,
            query: { id: '$payment' },
            expected: { state: 'Captured', capturedAmount: 80 },
            found: { state: 'Reserved', capturedAmount: 0 },
            differences: [
              { member: 'state', expected: 'Captured', got: 'Reserved' },
              { member: 'capturedAmount', expected: 80, got: 0 },
              { member: 'capturedAt', expected: 'any value' },
            ],
          },
        },
      ],
      durationMs: 2100,
    },
    {
      ...complete,
      id: 'payments/cancel-a-payment',
      title: 'Cancel a payment',
      file: 'payments/05-cancel-a-payment.yaml',
      verdict: 'failed',
      steps: [step('cancelPayment', 14, 'done')],
      findings: [
        {
          code: 'idempotency-key-kept',
          level: 'must',
          obligation: 'idempotency-key-kept',
          case: 'payments/cancel-a-payment',
          exchanges: [31],
          data: { expected: KEYS[0] ?? '', got: KEYS[1] ?? '' },
        },
      ],
      durationMs: 6002,
    },
    {
      ...complete,
      id: 'payments/cancel-a-payment-again',
      title: 'Cancel it again',
      file: 'payments/07-cancel-a-payment-again.yaml',
      verdict: 'cancelled',
      reason: { code: 'after-failed', data: { case: 'payments/complete-a-payment' } },
      steps: [],
      durationMs: 0,
      attempts: 0,
    },
  ],
  obligations: OBLIGATIONS.map((one) =>
    one.id === 'idempotency-key-kept'
      ? { ...one, state: 'broken', findings: 2 }
      : one.id === 'write-timeout'
        ? { ...one, state: 'broken', findings: 1 }
        : one,
  ),
  exchanges: EXCHANGES,
  counts: { passed: 1, failed: 3, cancelled: 1 },
  noCertificate: { code: 'not-passed', data: {} },
};

/** The client printed its log on standard output; the rest of the lane was not run. */
export const clientError: RunReport = {
  ...oneFailed,
  run: '20261121T100000Z-22bb',
  verdict: 'error',
  exitCode: 4,
  client: { driver: 'process', configuredName: 'Acme POS', behaviours: [] },
  features: ['onboarding', 'refunds'],
  cases: [
    {
      ...onboard,
      verdict: 'error',
      origin: 'client',
      steps: [
        step('createPointOfSale', 12, 'failed'),
        step('check pointsOfSale', 26, 'not reached', [], 'check'),
      ],
      findings: [
        {
          code: 'client-not-json',
          level: 'must',
          case: 'onboarding/onboard-a-pos',
          exchanges: [],
          data: {
            line: 'INFO till ready',
            first: true,
            stderr: [
              'Traceback (most recent call last):',
              '::error::not a command',
              '\u001b[31mKeyError: posId\u001b[0m',
            ],
          },
        },
      ],
      durationMs: 310,
    },
    {
      ...restart,
      verdict: 'error',
      origin: 'client',
      steps: [],
      findings: [
        {
          code: 'need-failed',
          level: 'must',
          case: 'onboarding/restart-finds-the-pos',
          exchanges: [],
          data: { need: 'pointOfSale', firstCause: 'onboarding/onboard-a-pos' },
        },
      ],
      durationMs: 0,
      attempts: 0,
    },
  ],
  obligations: OBLIGATIONS.map((one) =>
    one.state === 'kept' ? { ...one, state: 'unproven', examined: 0 } : one,
  ),
  exchanges: [],
  counts: { error: 2 },
  time: { clientMs: 300, oursMs: 10, longestLaneMs: 310 },
  durationMs: 420,
  warnings: [{ code: 'client-killed', data: { lane: 'onboarding' } }],
  noCertificate: { code: 'not-passed', data: {} },
};

/** Nothing was broken, but not everything was seen. */
export const undecided: RunReport = {
  ...oneFailed,
  run: '20261121T110000Z-33cc',
  verdict: 'inconclusive',
  exitCode: 3,
  partial: true,
  target: 'remote',
  cases: [
    onboard,
    {
      ...complete,
      id: 'payments/keep-the-poll-delay',
      title: 'Keep the poll delay',
      file: 'payments/12-keep-the-poll-delay.yaml',
      verdict: 'inconclusive',
      reason: { code: 'timing-too-poor', data: { lagMs: 412.5 } },
      attempts: 2,
    },
    {
      ...complete,
      verdict: 'unproven',
      reason: { code: 'evidence-missing', data: { polls: 3, seen: 1 } },
    },
    {
      ...complete,
      id: 'payments/reservation-expires',
      title: 'The reservation expires',
      file: 'payments/20-reservation-expires.yaml',
      verdict: 'unsupported',
      reason: {
        code: 'unsupported-remote',
        data: { act: 'clock: +8d', message: 'a remote sandbox has its own clock' },
      },
      steps: [],
      durationMs: 0,
    },
    excluded,
  ],
  obligations: OBLIGATIONS.map((one) =>
    one.id === 'idempotency-key-kept' ? { ...one, state: 'unproven', examined: 0 } : one,
  ),
  exchanges: [],
  counts: { passed: 1, inconclusive: 1, unproven: 1, unsupported: 1, 'not applicable': 1 },
  noCertificate: { code: 'partial', data: {} },
};

/** Every fixture by the name of its golden folder. */
export const fixtures: Readonly<Record<string, RunReport>> = {
  'report-passed': allPassed,
  'report-failed': oneFailed,
  'report-client-error': clientError,
  'report-undecided': undecided,
};
