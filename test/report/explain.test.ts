import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shippedPack } from '../../src/inspect.ts';
import { demandsOf, expectedMs } from '../../src/report/demands.ts';
import { explainText } from '../../src/report/explain.ts';
import { listJson, listText } from '../../src/report/list.ts';
import { knownCodes } from '../../src/words/words.ts';

const opened = shippedPack(fileURLToPath(new URL('../../cases/pos-v10', import.meta.url)));
if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
const pack = opened.value;
const plain = { color: false, width: 2000 };
const explained = (id: string): string => {
  const one = explainText(pack, id, plain);
  return one.kind === 'text' ? one.text : `unknown: ${one.nearest ?? 'nothing near'}`;
};

describe('explain', () => {
  it('tells every case, with why, sources, what it needs and what happens', () => {
    for (const one of pack.cases) {
      const text = explained(one.id);
      expect(text, one.id).toContain(one.title);
      expect(text).toContain('What happens');
      expect(text).toContain(`poscert run --case ${one.id}`);
      expect(text).not.toMatch(/undefined|\[object|NaN|Infinity/);
    }
  });

  it('tells every obligation, by its number too', () => {
    for (const one of pack.obligations) {
      const text = explained(one.id);
      expect(text, one.id).toContain(one.title);
      expect(text).toMatch(/source {6}\S/);
      if (one.number !== undefined) expect(explained(one.number.toLowerCase())).toContain(one.id);
    }
    expect(explained('tls')).toContain('not seen');
  });

  it('tells every code, feature and command', () => {
    const names = [
      ...knownCodes(),
      ...pack.features.map((one) => one.id),
      ...Object.keys(pack.vocabulary.commands),
    ];
    for (const name of names) {
      expect(explained(name), name).toContain(name);
      expect(explained(name), name).not.toMatch(/^unknown: |undefined|\[object/);
    }
    expect(explained('codes')).toContain('client-not-json');
  });

  it('tells every error code of the API', () => {
    for (const [code, { status }] of Object.entries(pack.errors)) {
      expect(explained(code)).toContain(`status      ${status}`);
      expect(explained(code)).toContain(status >= 500 ? 'Send the same request again' : 'Send nothing again');
    }
    expect(explained('1306')).toContain('duties      idempotency-key-fresh, same-request-on-retry');
  });

  it('tells exit codes, all or one', () => {
    expect(explained('exit-codes').match(/^ +\d+ {2}/gm)).toHaveLength(6);
    expect(explained('4')).toContain('could not be run');
    expect(explained('4')).not.toContain('interrupted');
  });

  it('tells all cases of one last part', () => {
    expect(explained('chosen-by-the-till')).toContain('refunds/chosen-by-the-till');
    expect(explained('chosen-by-the-till')).toContain('payments/chosen-by-the-till');
  });

  it('marks members that may be missing', () => {
    expect(explained('awaitPayment')).toContain('state, partialCapturePossible?');
    expect(explained('shutdown')).toContain('parameters  none');
  });

  it('names the nearest id where there is none', () => {
    expect(explained('complete-a-paymnt')).toBe('unknown: complete-a-payment');
    expect(explained('\u001b[2Jzzzzzzzzzzzzzz')).toBe('unknown: nothing near');
  });
});

describe('list', () => {
  const features = pack.features.map((one) => one.id);

  it('shows every case of the features asked for, and no other', () => {
    const text = listText(pack, ['refunds'], plain);
    for (const one of pack.cases) {
      const line = new RegExp(
        `^ {2}[●○] ${one.id.slice(one.id.indexOf('/') + 1)} +${one.title.replace(/[^\w ]/g, '.')}`,
        'm',
      );
      if (one.feature === 'refunds') expect(text, one.id).toMatch(line);
      else if (!one.id.endsWith('chosen-by-the-till')) expect(text, one.id).not.toMatch(line);
    }
    expect(text).toMatch(/certification +\d+ cases, about \d/);
  });

  it('gives programs the same', () => {
    const listed = JSON.parse(listJson(pack, features)) as {
      pack: object;
      cases: Record<string, unknown>[];
      obligations: unknown[];
    };
    expect(listed.pack).toEqual({
      id: pack.id,
      title: pack.title,
      version: pack.version,
      digest: pack.digest,
    });
    expect(listed.cases.map((one) => one['id'])).toEqual(pack.cases.map((one) => one.id));
    expect(listed.obligations).toHaveLength(pack.obligations.length);
    for (const one of listed.cases) expect(one['expectedMs']).toBeGreaterThan(0);
  });
});

describe('what a case asks of a client', () => {
  const demands = (id: string): ReturnType<typeof demandsOf> => {
    const one = pack.cases.find((candidate) => candidate.id === id);
    if (one === undefined) throw new Error(id);
    return demandsOf(pack, one);
  };

  it('counts the commands of its needs, and a restart as recover', () => {
    expect(demands('payments/complete-a-payment').commands).toContain('createPointOfSale');
    expect(demands('onboarding/restart-finds-the-pos')).toMatchObject({ restart: true, kill: false });
    expect(demands('onboarding/restart-finds-the-pos').commands).toContain('recover');
    expect(demands('payments/killed-while-capturing').kill).toBe(true);
  });

  it('takes five seconds for an answer withheld', () => {
    const ms = (id: string): number =>
      expectedMs(pack, pack.cases.filter((one) => one.id === id)[0] ?? pack.cases[0]!);
    expect(ms('payments/complete-a-payment') - ms('payments/check-in-first')).toBeGreaterThan(15_000);
  });
});
