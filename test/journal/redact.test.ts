import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/model/json.ts';
import { createRedactor } from '../../src/journal/redact.ts';
import type { Redactor } from '../../src/journal/redact.ts';

const KEY = Buffer.from('a key of this run');
const SECRET = 'S3cr3t/of+the=till"x';
const TAG = /^\[redacted:[0-9a-f]{8}\]$/;

const make = (...secrets: string[]): Redactor => createRedactor({ secrets, key: KEY });
const tagOf = (secret: string): string =>
  (make().json({ password: secret }) as { password: string }).password;
const b64 = (text: string): string => Buffer.from(text).toString('base64');

describe('by name', () => {
  it.each([
    ['Authorization', 'Bearer abc', `Bearer ${tagOf('abc')}`],
    ['authorization', 'bearer  abc', `bearer  ${tagOf('abc')}`],
    ['Authorization', `Basic ${b64('client-1:pass')}`, `Basic client-1:${tagOf('pass')}`],
    ['Authorization', 'Basic ???', `Basic ${tagOf('???')}`],
    ['Authorization', 'Negotiate abc', tagOf('Negotiate abc')],
    ['Authorization', 'Bearer ', 'Bearer '],
    ['Proxy-Authorization', 'x', tagOf('x')],
    ['Cookie', 'a=b', tagOf('a=b')],
    ['X-IBM-Client-Secret', 'x', tagOf('x')],
    ['X-My-Token', 'x', tagOf('x')],
    ['X-Hub-Signature-256', 'x', tagOf('x')],
    [
      'Location',
      'https://u:p@h/x?access_token=t&a=b',
      `https://u:${tagOf('p')}@h/x?access_token=${tagOf('t')}&a=b`,
    ],
    [
      'X-MobilePay-Idempotency-Key',
      '0f8fad5b-d9cb-469f-a165-70867728950e',
      '0f8fad5b-d9cb-469f-a165-70867728950e',
    ],
    ['X-IBM-Client-Id', 'client-1', 'client-1'],
    ['X-MobilePay-Merchant-VAT-Number', 'DK90000028', 'DK90000028'],
  ])('header %s: %s', (name, value, expected) => {
    expect(make().headers([[name, value]])).toEqual([[name, expected]]);
  });

  it('JSON members, whatever the spelling; ids, codes and references stay', () => {
    const stays = {
      paymentId: '4111111111111111',
      orderId: 'o-1',
      customerToken: 'c',
      code: '1301',
      client_id: 'c',
      amount: 100.5,
      beaconId: '340282366920938',
      clientSecret: { env: 'ACME_SECRET' },
      nothing: null,
    };
    expect(make().json(stays)).toEqual(stays);
    expect(
      make().json({ client_secret: 's', clientSecret: 's', 'Access-Token': 's', nested: [{ pin: 1234 }] }),
    ).toEqual({
      client_secret: tagOf('s'),
      clientSecret: tagOf('s'),
      'Access-Token': tagOf('s'),
      nested: [{ pin: tagOf('1234') }],
    });
  });

  it('forms and queries, `code` included; merchant_vat and client_id stay', () => {
    expect(make().form('client_id=c&client_secret=a%20b&merchant_vat=DK90000028&code=x')).toBe(
      `client_id=c&client_secret=${tagOf('a b')}&merchant_vat=DK90000028&code=${tagOf('x')}`,
    );
    expect(make().target('/a/b?orderId=1&access_token=t')).toBe(`/a/b?orderId=1&access_token=${tagOf('t')}`);
  });

  it('texts: logs, broken JSON, nested JSON', () => {
    expect(make().text('client_secret=abc rest')).toBe(`client_secret=${tagOf('abc')} rest`);
    expect(make().text('{"access_token":"abc')).toBe(`{"access_token":"${tagOf('abc')}`);
    expect(make().text('{\\"access_token\\": \\"abc\\"}')).toBe(
      `{\\"access_token\\": \\"${tagOf('abc')}\\"}`,
    );
    expect(make().text('> Authorization: Bearer abc.123')).toBe(
      `> Authorization: Bearer ${tagOf('abc.123')}`,
    );
    expect(make().text('a Bearer token is missing; assertion: failed')).toBe(
      'a Bearer token is missing; assertion: failed',
    );
  });
});

describe('by look', () => {
  it.each([
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    '4111 1111 1111 1111',
    '5500-0000-0000-0004',
    '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\nabc',
  ])('%s', (secret) => {
    expect(make().text(`x ${secret}`)).toBe(`x ${tagOf(secret)}`);
    expect(make().json({ note: secret })).toEqual({ note: tagOf(secret) });
  });

  it('leaves numbers that are no cards', () => {
    for (const text of [
      '4111111111111112',
      '1700000000000',
      '41111111-1111-1111-1111-111111111111',
      'x4111111111111111',
    ]) {
      expect(make().text(text)).toBe(text);
    }
  });
});

describe('known secrets', () => {
  const forms: [string, (secret: string) => string][] = [
    ['verbatim', (s) => s],
    ['URL-encoded', (s) => encodeURIComponent(s)],
    ['form-encoded', (s) => new URLSearchParams({ x: s }).toString().slice(2)],
    ['URL-encoded twice', (s) => encodeURIComponent(encodeURIComponent(s))],
    [
      'every byte percent-encoded',
      (s) => Array.from(Buffer.from(s), (b) => `%${b.toString(16).padStart(2, '0')}`).join(''),
    ],
    ['in JSON', (s) => JSON.stringify(s).slice(1, -1)],
    ['in JSON in JSON', (s) => JSON.stringify(JSON.stringify(s)).slice(1, -1)],
    ['base64', b64],
    ['base64url', (s) => Buffer.from(s).toString('base64url')],
    ['base64, percent-encoded', (s) => encodeURIComponent(b64(s))],
    ['Basic', (s) => `Basic ${b64(`client:${s}`)}`],
    ['base64 amid other bytes', (s) => b64(`{"a":"${s}","b":1}`)],
    ['hexadecimal', (s) => Buffer.from(s).toString('hex')],
    ['HEXADECIMAL', (s) => Buffer.from(s).toString('hex').toUpperCase()],
    ['UTF-8 read as Latin-1', (s) => Buffer.from(s).toString('latin1')],
  ];
  const channels: [string, (redactor: Redactor, text: string) => unknown][] = [
    ['text', (r, t) => r.text(`before ${t} after`)],
    ['JSON value', (r, t) => r.json({ a: [{ deep: t }], message: `no ${t}!` })],
    ['JSON name', (r, t) => r.json({ [t]: 1 })],
    ['form', (r, t) => r.form(`a=${t}&${t}=b&c`)],
    ['path', (r, t) => r.target(`/x/${t}/y?z=${t}#${t}`)],
    [
      'header',
      (r, t) =>
        r.headers([
          [`X-${t}`, t],
          ['Authorization', t],
          ['Location', `/x?${t}`],
        ]),
    ],
    ['body of JSON', (r, t) => r.body([], Buffer.from(JSON.stringify({ t })))],
    ['body of text', (r, t) => r.body([['Content-Type', 'text/html']], Buffer.from(`<p>${t}`))],
    [
      'body of a form',
      (r, t) => r.body([['Content-Type', 'application/x-www-form-urlencoded']], Buffer.from(`a=${t}`)),
    ],
  ];
  const secrets = fc.oneof(
    fc.string({ minLength: 8, maxLength: 40, unit: 'grapheme-ascii' }),
    fc.string({ minLength: 8, maxLength: 40 }),
    fc.uuid(),
    fc.base64String({ minLength: 8, maxLength: 64 }),
    fc.string({ minLength: 8, maxLength: 20, unit: 'grapheme' }),
  );

  it.each(channels)('never survive in any form: %s', (_, channel) => {
    fc.assert(
      fc.property(secrets, fc.constantFrom(...forms), fc.boolean(), (secret, [, form], learnt) => {
        const redactor = make(...(learnt ? [] : [secret]));
        if (learnt) redactor.learn(secret);
        const shown = JSON.stringify(channel(redactor, form(secret)));
        // A secret that is part of what stands there anyway proves nothing.
        const bare = JSON.stringify(channel(redactor, ''));
        for (const [name, again] of forms) {
          if (name.startsWith('base64 amid') || bare.includes(again(secret)) || 'Basic '.includes(secret))
            continue;
          expect(shown.includes(again(secret)), `${name} in ${shown}`).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('have one tag in whatever form they come', () => {
    const redactor = make(SECRET);
    for (const [name, form] of forms.filter(([name]) => !['Basic', 'in JSON in JSON'].includes(name))) {
      expect(redactor.text(`<${form(SECRET)}>`), name).toBe(`<${tagOf(SECRET)}>`);
    }
    expect(redactor.headers([['Authorization', `Bearer ${SECRET}`]])).toEqual([
      ['Authorization', `Bearer ${tagOf(SECRET)}`],
    ]);
    const basic = `Basic ${b64(`id:${encodeURIComponent(SECRET)}`)}`;
    expect(redactor.headers([['Authorization', basic]])).toEqual([
      ['Authorization', `Basic id:${tagOf(SECRET)}`],
    ]);
  });

  it('are told apart, and another key gives other tags', () => {
    expect(tagOf('one')).not.toBe(tagOf('two'));
    expect(createRedactor({ secrets: [], key: Buffer.from('other') }).json({ pin: 'one' })).not.toEqual({
      pin: tagOf('one'),
    });
    expect(tagOf('one')).toMatch(TAG);
  });

  it('that are too short to look for are caught where they stand by name alone', () => {
    const redactor = make('pay');
    expect(redactor.json({ state: 'pay', client_secret: 'pay' })).toEqual({
      state: 'pay',
      client_secret: tagOf('pay'),
    });
  });
});

describe('whatever comes', () => {
  it('redacting twice changes nothing, and equality is kept', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.string(),
        fc.webUrl({ withQueryParameters: true }),
        (value, text, url) => {
          const redactor = make(SECRET);
          const json = redactor.json(value as JsonValue);
          expect(redactor.json(json)).toEqual(json);
          expect(redactor.text(redactor.text(text))).toBe(redactor.text(text));
          expect(redactor.form(redactor.form(text))).toBe(redactor.form(text));
          expect(redactor.target(redactor.target(text))).toBe(redactor.target(text));
          expect(redactor.target(redactor.target(url))).toBe(redactor.target(url));
          const headers = redactor.headers([
            ['Authorization', text],
            ['X-Any', text],
            ['Location', url],
          ]);
          expect(redactor.headers(headers)).toEqual(headers);
          const pins = redactor.json([{ pin: text }, { pin: text }]) as { pin: string }[];
          expect(pins[0]).toEqual(pins[1]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('leaves what holds no secret as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as JsonValue;
        // Thirteen digits may be a card's number.
        fc.pre(!/\d(?:[ -]?\d){12}/.test(JSON.stringify(plain)));
        expect(make(SECRET).json(plain)).toEqual(plain);
      }),
    );
  });

  it('takes hostile values: __proto__, lone surrogates, deep nesting, bytes that are no UTF-8', () => {
    const redactor = make(SECRET);
    const proto = JSON.parse('{"__proto__":{"pin":"1"}}') as JsonValue;
    expect(JSON.stringify(redactor.json(proto))).toBe(`{"__proto__":{"pin":"${tagOf('1')}"}}`);
    expect(redactor.json('\ud800')).toBe('\ufffd');
    let deep: JsonValue = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(JSON.stringify(redactor.json(deep))).toContain('[too deep]');
    expect(JSON.stringify(redactor.json({ secret: deep }))).toMatch(/redacted/);
    expect(redactor.body([], Buffer.from('['.repeat(100_000)))).toHaveProperty('text');
    expect(redactor.body([], Buffer.from([0xff, 0x41]))).toEqual({ text: '\ufffdA' });
    expect(redactor.body([], Buffer.alloc(0))).toEqual({});
    expect(redactor.body([], Buffer.from('{"a":1}'))).toEqual({ json: { a: 1 } });
  });

  it.each([
    'eyJ-',
    'eyJaaaaaa.',
    '-----BEGIN A-----',
    '4',
    '4 ',
    'pin  ',
    'Bearer ',
    'client_secret="\\',
    '%25',
    'A//b:',
  ])('is done in linear time with a long run of %j', (piece) => {
    const text = piece.repeat(Math.ceil(200_000 / piece.length));
    const redactor = make(SECRET, 'another-secret-0123456789');
    const begin = performance.now();
    redactor.text(text);
    redactor.target(text);
    redactor.form(text);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});
