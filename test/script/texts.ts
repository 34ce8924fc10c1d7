import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Case } from '../../src/model/case.ts';
import type { Operation } from '../../src/model/operation.ts';
import { packFileSchema } from '../../src/model/pack.ts';
import { posV10Vocabulary } from '../../src/model/pos-v10/vocabulary.ts';
import type { Parsed, Problem } from '../../src/model/problem.ts';
import { parseCase } from '../../src/script/parse-case.ts';
import { readCaseText } from '../../src/script/yaml.ts';

export const PACK = join(import.meta.dirname, '../../cases/pos-v10');
export const vocabulary = posV10Vocabulary;

function readOperations(): readonly Operation[] {
  const read = readCaseText(readFileSync(join(PACK, 'pack.yaml'), 'utf8'), 'pack.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return packFileSchema.parse(read.value.root.value).operations;
}
export const operations = readOperations();

/** A case file with the steps given, each line indented by two. */
export function caseText(steps: string, head = ''): string {
  const indented = steps
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  return `title: A case\nwhy: To see.\ntier: certification\nmark: inferred\nsource: [api_principles]\n${head}steps:\n${indented}\n`;
}

export function parse(text: string, file = 'payments/01-a-case.yaml'): Parsed<Case> {
  return parseCase(text, file, vocabulary, operations);
}

export function caseOf(steps: string, head = ''): Case {
  const parsed = parse(caseText(steps, head));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, null, 1));
  return parsed.value;
}

export function problemsOf(steps: string, head = ''): readonly Problem[] {
  const parsed = parse(caseText(steps, head));
  return parsed.ok ? [] : parsed.problems;
}
