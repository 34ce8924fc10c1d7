import type { JsonObject } from '../../src/model/json.ts';
import { lawful, unlawful, type Proofs } from './proof.ts';
import { A, till, TOKEN, VAT, type RecordingBuilder } from './recording-builder.ts';

const VERSION = 'X-MobilePay-Client-System-Version';
const MERCHANT = 'X-MobilePay-Merchant-VAT-Number';
const KEY = 'X-MobilePay-Idempotency-Key';
const UNAUTHORISED = { status: 401 };

/** A redirect of this status to another origin, which is followed. */
function redirected(status: number): RecordingBuilder {
  return till()
    .sends('queryPayment', { status, answerHeaders: [['Location', 'http://elsewhere.test/x']] })
    .sends('queryPayment', { headers: { Host: 'elsewhere.test' } });
}

/** A token, good for 3700 s, that is used and then renewed so long after it came, ms. */
function renewed(
  after: number,
  token: JsonObject = { access_token: TOKEN, expires_in: 3700 },
): RecordingBuilder {
  return till()
    .sends('getToken', { answers: token })
    .sends('queryPayment', { after: 0, takes: 0 })
    .sends('getToken', { after });
}

/** What stands above a call: token, merchant, version, key. */
export const proofsOfHeaders: Proofs = {
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
    unlawful(
      'a 401 that came 50 ms late, which no client gives up for',
      till()
        .sends('queryPayment', { ...UNAUTHORISED, lagMs: 50 })
        .sends('queryPayment'),
      ['must refused-token-sent-again'],
    ),
    lawful(
      'a 401 that came 51 ms late',
      till()
        .sends('queryPayment', { ...UNAUTHORISED, lagMs: 51 })
        .sends('queryPayment'),
      { doubts: ['refused-token-sent-again'] },
    ),
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
    unlawful('twice', till().sends('queryPayment', { headers: { [VERSION]: ['2.1.0', '2.1.0'] } }), [
      'must version-malformed',
    ]),
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
    lawful('299 is no redirect', redirected(299)),
    unlawful('300 is one', redirected(300), ['must token-sent-elsewhere']),
    unlawful('399 is one', redirected(399), ['must token-sent-elsewhere']),
    lawful('400 is none', redirected(400)),
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
    lawful('renewed just ten minutes before its end', renewed(3_100_000)),
    unlawful('renewed a millisecond sooner', renewed(3_099_999), ['should token-not-reused']),
    lawful('renewed, for nobody said how long it is good', renewed(1000, { access_token: TOKEN })),
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
};
