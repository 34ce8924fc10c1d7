import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { caseJsonSchema } from '../../src/model/case-file.ts';
import { configJsonSchema } from '../../src/model/config.ts';
import { readCaseText } from '../../src/script/yaml.ts';
import { caseText } from './texts.ts';

const SCHEMA = join(import.meta.dirname, '../../schema');

describe.each([
  ['case.schema.json', caseJsonSchema],
  ['poscert.schema.json', configJsonSchema],
])('%s', (name, made) => {
  it('is what the code says (UPDATE=1 writes it)', async () => {
    const path = join(SCHEMA, name);
    const text = await format(JSON.stringify(made()), { parser: 'json', printWidth: 110 });
    if (process.env['UPDATE'] === '1') writeFileSync(path, text);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('what editors are told', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const valid = ajv.compile(caseJsonSchema() as object);
  const value = (text: string): unknown => {
    const read = readCaseText(text, 'a.yaml');
    return read.ok ? read.value.root.value : undefined;
  };

  it('takes a case', () => {
    expect(
      valid(
        value(
          caseText(
            '- client: settle\n  traffic:\n    - { expect: capturePayment, times: 0..1 }\n- clock: +8d',
          ),
        ),
      ),
    ).toBe(true);
  });

  it('refuses a misspelt one', () => {
    expect(valid(value(caseText('- cleint: settle')))).toBe(false);
    expect(valid(value(caseText('- client: settle\n  traffic:\n    - { expct: capturePayment }')))).toBe(
      false,
    );
  });

  it('takes a configuration and refuses another', () => {
    const config = ajv.compile(configJsonSchema() as object);
    expect(config({ client: { name: 'Acme', version: '2.1.0', driver: 'process', command: ['till'] } })).toBe(
      true,
    );
    expect(config({ client: { version: 3.1 } })).toBe(false);
    expect(config({ clients: {} })).toBe(false);
  });
});
