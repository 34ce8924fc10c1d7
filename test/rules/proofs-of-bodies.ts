import { lawful, unlawful, type Proofs } from './proof.ts';
import { RecordingBuilder, A, B, OPERATIONS, STORE, status, till } from './recording-builder.ts';

/** What a call says: amounts, texts, ids, features. */
export const proofsOfBodies: Proofs = {
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
