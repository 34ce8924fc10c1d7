import { answersSchema, type Answer } from '../model/operator.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import { check } from '../model/schema-problems.ts';
import type { ReadFile } from './file.ts';
import { readConfigText } from './yaml.ts';

/** The operator's answers from a file (`--answers`): a list of entries, the first that fits counts. Reads by `read` alone. */
export function readAnswers(path: string, read: ReadFile): Parsed<readonly Answer[]> {
  const refuse = (problem: Problem): Parsed<readonly Answer[]> => ({ ok: false, problems: [problem] });
  let text: string | undefined;
  try {
    text = read(path);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return refuse({ code: 'answers-wrong', place: { file: path }, data: { problem: message } });
  }
  if (text === undefined)
    return refuse({
      code: 'answers-wrong',
      place: { file: path },
      data: { problem: 'there is no such file' },
    });
  const located = readConfigText(text, path);
  if (!located.ok) return located;
  return check(located.value, [], answersSchema);
}
