import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { ExchangeReport } from '../../src/model/run.ts';
import { answerPhrase, bodyLine, curlCommand, moment } from '../../src/report/exchange-text.ts';
import { terminalText } from '../../src/report/terminal-text.ts';
import { oneFailed } from './fixtures.ts';
import { HOSTILE } from './hostile.ts';

const [withheld, answered, abandoned] = oneFailed.exchanges as readonly [
  ExchangeReport,
  ExchangeReport,
  ExchangeReport,
];

describe('an exchange in words', () => {
  it('says how it ended and when', () => {
    expect([withheld, answered, abandoned].map(answerPhrase)).toEqual([
      'no answer for 5.0 s',
      '409 after 3 ms',
      'the client went away after 5.0 s',
    ]);
    expect(answerPhrase({ ...answered, outcome: 'unreachable' })).toBe(
      '502 after 3 ms: the target could not be reached',
    );
    const open: { outcome?: unknown } & ExchangeReport = { ...withheld };
    delete open.outcome;
    expect(answerPhrase(open)).toBe('no end recorded');
    expect(moment(12_310.25)).toBe('12.310 s');
  });

  it('shows a body so that it can be wrapped', () => {
    expect(bodyLine({ a: [1, { b: 'x y' }], c: {} })).toBe('{ "a": [1, { "b": "x y" }], "c": {} }');
    expect(bodyLine('plain')).toBe('plain');
  });
});

describe('curl', () => {
  it('repeats the request without its token', () => {
    const text = curlCommand(answered).join('\n');
    expect(text).toContain(`curl -i -X POST "$SANDBOX"'/pos/v10/payments'`);
    expect(text).toContain('-H "Authorization: Bearer $TOKEN"');
    expect(text).toContain("-H 'X-MobilePay-Idempotency-Key: c2a91b04-3f7e-4f0f-8a58-6f9d1c30e7b2'");
    expect(text).not.toMatch(/redacted|Host:/);
    expect(curlCommand({ ...answered, method: 'GET' })[0]).not.toContain('-X');
  });

  it('is one command with the same words for a shell, whatever the client sent', () => {
    for (const hostile of HOSTILE) {
      const exchange: ExchangeReport = {
        ...answered,
        method: `P${hostile}`,
        target: `/pos/${hostile}`,
        requestHeaders: [
          ['Authorization', hostile],
          ['X-Note', hostile],
        ],
        requestBody: hostile,
      };
      const shown = terminalText(curlCommand(exchange).join('\n'));
      const script = `curl() { printf '%s\\0' "$@"; }\nSANDBOX=http://sandbox TOKEN=t\n${shown}\n`;
      const run = spawnSync('sh', ['-c', script], { encoding: 'utf8', env: {} });
      expect(run.stderr, shown).toBe('');
      expect(run.status).toBe(0);
      const words = run.stdout.split('\0').slice(0, -1);
      expect(words[0]).toBe('-i');
      expect(words.filter((word) => word === '-H')).toHaveLength(2);
      expect(words.at(-1)).toBe(terminalText(hostile));
      expect(words.some((word) => word.startsWith('http://sandbox/pos/'))).toBe(true);
    }
  });
});
