import { lawful, unlawful, type Proofs } from './proof.ts';
import { RecordingBuilder, A, B, OPERATIONS, STORE, status, till, TOKEN, VAT } from './recording-builder.ts';

const VERSION = 'X-MobilePay-Client-System-Version';
const MERCHANT = 'X-MobilePay-Merchant-VAT-Number';
const KEY = 'X-MobilePay-Idempotency-Key';
const UNAUTHORISED = { status: 401 };

/** How a single call is made: headers, token, amounts, texts, features. */
export const proofsOfCalls: Proofs = {
  'bearer-token': [
    lawful(
      'header names in any case',
      till().sends('initiatePayment', {
        headers: { Authorization: undefined, aUTHORIZATION: `bearer ${TOKEN}` },
      }),
    ),
    lawful(
      'a token that expired is replaced',
      till()
        .sends('queryPayment', UNAUTHORISED)
        .sends('getToken')
        .sends('queryPayment', { headers: { Authorization: 'Bearer [redacted:00000002]' } }),
    ),
    lawful(
      'two requests were under way when the token was revoked',
      till().sends('queryPayment', UNAUTHORISED).sends('queryCheckIn', UNAUTHORISED).sends('getToken'),
    ),
    unlawful('no token', till().sends('queryPayment', { headers: { Authorization: undefined } }), [
      'must bearer-token-missing',
    ]),
    unlawful('another scheme', till().sends('queryPayment', { headers: { Authorization: 'Basic abc' } }), [
      'must bearer-token-missing',
    ]),
    unlawful(
      'a refused token sent with the same call',
      till().sends('queryPayment', UNAUTHORISED).sends('queryPayment', UNAUTHORISED),
      ['must refused-token-sent-again'],
    ),
    lawful(
      'a 401 that came so late that the client may have gone',
      till()
        .sends('queryPayment', { ...UNAUTHORISED, lagMs: 200 })
        .sends('queryPayment'),
      { doubts: ['refused-token-sent-again'] },
    ),
    lawful(
      'a 401 of our own making is answered with the same token',
      till()
        .sends('queryPayment', { ...UNAUTHORISED, planted: true })
        .sends('queryPayment'),
    ),
    unlawful(
      'a refused token a third time',
      till().sends('queryPayment', UNAUTHORISED).sends('queryCheckIn', UNAUTHORISED).sends('queryPayments'),
      ['must refused-token-sent-again'],
    ),
    lawful('the token call needs none', till().sends('getToken', { headers: { Authorization: undefined } }), {
      examines: false,
    }),
  ],
  'merchant-stated': [
    lawful('by the header', till().sends('queryPayment')),
    lawful(
      'by the token',
      till()
        .sends('getToken', { text: `grant_type=client_credentials&merchant_vat=${VAT}` })
        .sends('queryPayment', { headers: { [MERCHANT]: undefined } }),
    ),
    lawful(
      'by a token from before the recording',
      till().sends('queryPayment', { headers: { [MERCHANT]: undefined } }),
      { examines: false },
    ),
    unlawful(
      'by neither',
      till()
        .sends('getToken', { text: 'grant_type=client_credentials' })
        .sends('queryPayment', { headers: { [MERCHANT]: undefined } }),
      ['must merchant-not-stated'],
    ),
    unlawful('without its country', till().sends('queryPayment', { headers: { [MERCHANT]: '90000028' } }), [
      'must merchant-malformed',
    ]),
    unlawful('twice', till().sends('queryPayment', { headers: { [MERCHANT]: [VAT, VAT] } }), [
      'must merchant-malformed',
    ]),
    unlawful('another merchant', till().sends('queryPayment', { headers: { [MERCHANT]: 'DK12345678' } }), [
      'must merchant-differs',
    ]),
  ],
  'version-header': [
    lawful('three numbers', till().sends('queryPayment')),
    lawful('the token call needs none', till().sends('getToken', { headers: { [VERSION]: undefined } }), {
      examines: false,
    }),
    unlawful('missing', till().sends('queryPayment', { headers: { [VERSION]: undefined } }), [
      'must version-missing',
    ]),
    unlawful('four numbers', till().sends('queryPayment', { headers: { [VERSION]: '2.1.0.7' } }), [
      'must version-malformed',
    ]),
    unlawful(
      'missing on a poll that got no answer',
      till().sends('queryPayment', { headers: { [VERSION]: undefined }, lost: 'timeout' }),
      ['must version-missing'],
    ),
  ],
  'version-as-declared': [
    lawful('as the configuration says', till().sends('queryPayment'), {
      context: { declaredVersion: '2.1.0' },
    }),
    lawful('as the client says, where nothing is configured', till().sends('queryPayment')),
    unlawful(
      'another build in the header',
      till().sends('queryPayment', { headers: { [VERSION]: '2.1.1' } }),
      ['must version-differs'],
    ),
    unlawful(
      'the client says another than the configuration',
      till().starts({ version: '2.2.0' }).sends('queryPayment'),
      ['must version-differs'],
      { context: { declaredVersion: '2.1.0' } },
    ),
  ],
  'version-line': [
    lawful(
      'another build',
      till()
        .sends('queryPayment')
        .sends('queryPayment', { headers: { [VERSION]: '2.1.9' } }),
    ),
    unlawful(
      'another minor version after a restart',
      till()
        .sends('queryPayment')
        .restart()
        .sends('queryPayment', { headers: { [VERSION]: '2.2.0' } }),
      ['should version-line-changed'],
    ),
    unlawful(
      'another line in another lane',
      till()
        .sends('queryPayment')
        .lane('refunds')
        .starts({ version: '3.0.0' })
        .sends('queryPayment', { headers: { [VERSION]: '3.0.0' } }),
      ['should version-line-changed'],
    ),
  ],
  'token-stays-home': [
    lawful(
      'in its header',
      till()
        .sends('getToken')
        .sends('queryPayments', { query: `posId=${A}` }),
    ),
    lawful(
      'a redirect within the origin',
      till()
        .sends('queryPayment', {
          status: 302,
          answerHeaders: [['Location', 'http://127.0.0.1:41001/pos/v10/other']],
        })
        .sends('queryPayment'),
    ),
    unlawful('in the address', till().sends('queryPayment', { query: 'access_token=[redacted:0123abcd]' }), [
      'must token-in-address',
    ]),
    unlawful(
      'the client secret in the address',
      till().sends('getToken', { query: 'client_secret=[redacted:ded3584d]' }),
      ['must secret-in-address'],
    ),
    unlawful(
      'after a redirect to another origin',
      till()
        .sends('queryPayment', { status: 302, answerHeaders: [['Location', 'http://elsewhere.test/x']] })
        .sends('queryPayment', { headers: { Host: 'elsewhere.test' } }),
      ['must token-sent-elsewhere'],
    ),
  ],
  'token-reused': [
    lawful('one token for all', till().sends('getToken').sends('queryPayment').sends('queryPayment')),
    lawful(
      'a fresh one after 401',
      till().sends('getToken').sends('queryPayment', UNAUTHORISED).sends('getToken').sends('queryPayment'),
    ),
    lawful(
      'a fresh one after a restart',
      till().sends('getToken').sends('queryPayment').restart().sends('getToken').sends('queryPayment'),
    ),
    lawful(
      'renewed ten minutes before its end',
      till().sends('getToken').sends('queryPayment').waits(3_100_000).sends('getToken').sends('queryPayment'),
    ),
    unlawful(
      'one for each request',
      till().sends('getToken').sends('queryPayment').sends('getToken').sends('queryPayment'),
      ['should token-not-reused'],
    ),
  ],
  'idempotency-key-sent': [
    lawful('on the creating POSTs', till().sends('initiatePayment').sends('capturePayment')),
    lawful(
      'on every request',
      till().sends('initiatePayment', { key: 'k' }).sends('capturePayment', { key: 'k' }),
    ),
    unlawful('missing', till().sends('initiatePayment', { headers: { [KEY]: undefined } }), [
      'must key-missing',
    ]),
    unlawful('twice', till().sends('initiateRefund', { headers: { [KEY]: ['one', 'two'] } }), [
      'must key-doubled',
    ]),
    lawful('not needed to capture', till().sends('capturePayment'), { examines: false }),
  ],
  'planned-capture-delay': [
    lawful(
      'one of the three',
      till()
        .sends('initiatePayment')
        .sends('readyPayment', { body: { plannedCaptureDelay: 'LessThan14Days' } }),
    ),
    unlawful('missing', till().sends('readyPayment', { body: { plannedCaptureDelay: null } }), [
      'must capture-delay-invalid',
    ]),
    unlawful('misspelt', till().sends('initiatePayment', { body: { plannedCaptureDelay: 'none' } }), [
      'must capture-delay-invalid',
    ]),
  ],
  'amount-format': [
    lawful(
      'whole and with two decimals',
      till()
        .sends('initiatePayment', { body: { amount: 10.1 } })
        .sends('capturePayment', { body: { amount: 0.01 } }),
    ),
    unlawful('as a text', till().sends('capturePayment', { body: { amount: '100.00' } }), [
      'must amount-malformed',
    ]),
    unlawful('three decimals', till().sends('initiatePayment', { body: { amount: 10.005 } }), [
      'must amount-malformed',
    ]),
    unlawful('the sum of tenths', till().sends('initiatePayment', { body: { amount: 0.1 + 0.2 } }), [
      'must amount-malformed',
    ]),
    unlawful('missing', till().sends('capturePayment', { body: { amount: null } }), ['must amount-missing']),
    unlawful('nothing', till().sends('capturePayment', { body: { amount: 0 } }), [
      'must amount-not-positive',
    ]),
    lawful(
      'a body on the capture of a refund is ignored',
      till().sends('captureRefund', { body: { amount: 'x' } }),
      { examines: false },
    ),
  ],
  'text-formats': [
    lawful(
      '36 characters of Latin-1',
      till().sends('initiatePayment', {
        body: { orderId: 'Ø'.repeat(36), merchantPaymentLabel: 'Šálek & „x'.replace('„', '') },
      }),
    ),
    lawful(
      'a bad text that the case handed over',
      till()
        .command('initiatePayment', { orderId: '€'.repeat(40) })
        .sends('initiatePayment', { body: { orderId: '€'.repeat(40) } }),
    ),
    lawful('no label', till().sends('initiatePayment', { body: { merchantPaymentLabel: null } })),
    unlawful('37 characters', till().sends('initiatePayment', { body: { orderId: 'x'.repeat(37) } }), [
      'must text-malformed',
    ]),
    unlawful('a currency sign', till().sends('createPointOfSale', { body: { name: 'Kasse €' } }), [
      'must text-malformed',
    ]),
    unlawful('a line end', till().sends('initiateRefund', { body: { refundOrderId: 'a\nb' } }), [
      'must text-malformed',
    ]),
    unlawful('a number', till().sends('preparePayment', { body: { orderId: 17 } }), ['must text-malformed']),
    unlawful('a long key', till().sends('initiatePayment', { key: 'k'.repeat(37) }), ['must text-malformed']),
    lawful('captures have no texts', till().sends('capturePayment'), { examines: false }),
  ],
  'only-claimed-features': [
    lawful('onboarding, which is always claimed', till().sends('createPointOfSale'), {
      context: {
        features: ['payments'],
        operations: [
          {
            name: 'createPointOfSale',
            method: 'POST',
            path: '/pos/v10/pointofsales',
            features: ['onboarding'],
          },
        ],
      },
    }),
    lawful('what is claimed', till().sends('initiatePayment'), {
      context: { features: ['onboarding', 'payments'] },
    }),
    lawful('reading what is not claimed', till().sends('queryRefunds'), {
      context: { features: ['payments'] },
    }),
    unlawful('a refund without its feature', till().sends('initiateRefund'), ['must feature-not-claimed'], {
      context: { features: ['onboarding', 'payments'], operations: OPERATIONS },
    }),
  ],
  'merchant-pos-id': [
    lawful('given', till().sends('createPointOfSale')),
    unlawful('left out', till().sends('createPointOfSale', { body: { merchantPosId: null } }), [
      'must merchant-pos-id-missing',
    ]),
    unlawful('empty', till().sends('createPointOfSale', { body: { merchantPosId: ' ' } }), [
      'must merchant-pos-id-missing',
    ]),
  ],
  'beacon-types': [
    lawful(
      'each of the three once',
      till().sends('createPointOfSale', { body: { supportedBeaconTypes: ['NFC', 'QR', 'Bluetooth'] } }),
    ),
    lawful(
      'as asked, in another order',
      till()
        .command('createPointOfSale', { supportedBeaconTypes: ['QR', 'NFC'] })
        .sends('createPointOfSale', { body: { supportedBeaconTypes: ['NFC', 'QR'] } }),
    ),
    unlawful(
      'one of before 2020',
      till().sends('createPointOfSale', { body: { supportedBeaconTypes: ['BluetoothMP1'] } }),
      ['must beacon-types-invalid'],
    ),
    unlawful('none', till().sends('createPointOfSale', { body: { supportedBeaconTypes: [] } }), [
      'must beacon-types-invalid',
    ]),
    unlawful(
      'one twice',
      till().sends('createPointOfSale', { body: { supportedBeaconTypes: ['QR', 'QR'] } }),
      ['must beacon-types-invalid'],
    ),
    unlawful(
      'others than asked',
      till()
        .command('createPointOfSale', { supportedBeaconTypes: ['QR'] })
        .sends('createPointOfSale', { body: { supportedBeaconTypes: ['NFC'] } }),
      ['should beacon-types-differ'],
    ),
  ],
  'beacon-format': [
    lawful('left to MobilePay', till().sends('createPointOfSale')),
    lawful('a GUID in capitals', till().sends('createPointOfSale', { body: { beaconId: B.toUpperCase() } })),
    lawful('fifteen digits', till().sends('createPointOfSale', { body: { beaconId: '123456789012345' } })),
    lawful(
      'whatever the case handed over',
      till()
        .command('createPointOfSale', { beaconId: 'odd' })
        .sends('createPointOfSale', { body: { beaconId: 'odd' } }),
    ),
    unlawful('fourteen digits', till().sends('createPointOfSale', { body: { beaconId: '12345678901234' } }), [
      'must beacon-id-malformed',
    ]),
    unlawful('a number', till().sends('createPointOfSale', { body: { beaconId: 123456789012345 } }), [
      'must beacon-id-malformed',
    ]),
  ],
  'store-looked-up': [
    lawful(
      'by brand and location, written in capitals',
      till()
        .sends('queryStores')
        .sends('createPointOfSale', { body: { storeId: STORE.toUpperCase() } }),
    ),
    lawful('before a restart', till().sends('queryStores').restart().sends('createPointOfSale')),
    lawful(
      'while it was being initialised',
      new RecordingBuilder().sends('queryStores').starts().sends('createPointOfSale'),
    ),
    unlawful(
      'in the lane before its renewal',
      till().sends('queryStores').ends().sends('queryPointsOfSale').starts().sends('createPointOfSale'),
      ['must store-not-looked-up'],
    ),
    unlawful('not asked for', till().sends('createPointOfSale'), ['must store-not-looked-up']),
    unlawful(
      'another than the one found',
      till()
        .sends('queryStores')
        .sends('createPointOfSale', { body: { storeId: A } }),
      ['must store-not-looked-up'],
    ),
    unlawful(
      'the answer never came',
      till().sends('queryStores', { lost: 'timeout' }).sends('createPointOfSale'),
      ['must store-not-looked-up'],
    ),
  ],
  'unique-order-ids': [
    lawful(
      'a new one each',
      till()
        .command('initiatePayment')
        .sends('initiatePayment')
        .result()
        .command('initiatePayment')
        .sends('initiatePayment', { body: { orderId: 'order-2' } }),
    ),
    lawful(
      'the same in a retry',
      till()
        .command('initiatePayment')
        .sends('initiatePayment', { lost: 'timeout' })
        .sends('initiatePayment'),
    ),
    lawful(
      'handed over by the case',
      till()
        .command('initiatePayment', { orderId: 'order-1' })
        .sends('initiatePayment')
        .result()
        .command('initiatePayment', { orderId: 'order-1' })
        .sends('initiatePayment'),
      { examines: false },
    ),
    lawful(
      'again after it was refused',
      till()
        .command('initiatePayment')
        .sends('initiatePayment', { status: 409 })
        .refused()
        .command('initiatePayment')
        .sends('initiatePayment'),
    ),
    unlawful(
      'the same for the next payment',
      till()
        .command('initiatePayment')
        .sends('initiatePayment')
        .result()
        .command('initiatePayment')
        .sends('initiatePayment'),
      ['should order-id-used-again'],
    ),
    unlawful(
      'the same although the payment was read in between',
      till()
        .command('initiatePayment')
        .sends('initiatePayment')
        .sends('queryPayment', status('Initiated', { orderId: 'order-1' }))
        .result()
        .command('initiatePayment')
        .sends('initiatePayment'),
      ['should order-id-used-again'],
    ),
  ],
};
