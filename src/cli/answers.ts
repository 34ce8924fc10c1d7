import { isJsonObject } from '../model/json.ts';
import type { Answer, Ask, Said } from '../model/operator.ts';

/** What a file of answers says to a prompt: an answer, to wait for the traffic, or nothing. */
export function answerFrom(
  answers: readonly Answer[],
  ask: Ask,
  caseId: string | undefined,
): Said | 'wait' | undefined {
  for (const answer of answers) {
    if (answer.case !== undefined && !isCase(answer.case, caseId ?? '')) continue;
    if (answer.prompt !== undefined && !promptNames(ask).includes(answer.prompt)) continue;
    const said = saidBy(answer.say, ask);
    if (said !== undefined) return said;
  }
  return undefined;
}

function isCase(pattern: string, id: string): boolean {
  return pattern.endsWith('*') ? id.startsWith(pattern.slice(0, -1)) : pattern === id;
}

/** What a prompt is called in a file of answers: a command with a question mark where its ending is asked for. */
export function promptNames(ask: Ask): string[] {
  const name = ask.sentence.code.replace(/^operator-/, '');
  const command = ask.sentence.data['command'];
  return ask.kind === 'choose' && typeof command === 'string' ? [`${command}?`, name] : [name];
}

/** What is said, as far as it answers this kind of prompt. */
export function saidBy(say: string | number, ask: Ask): Said | 'wait' | undefined {
  const word = String(say).toLowerCase();
  if (word === 'stop') return { kind: 'stop' };
  if (ask.kind === 'do') {
    if (word === 'wait') return ask.shownByTraffic ? 'wait' : undefined;
    return word === 'done' || word === 'cannot' ? { kind: word } : undefined;
  }
  if (word === 'no' || word === 'none' || word === '0') return { kind: 'chose' };
  if (word === 'yes') return ask.options.length === 1 ? { kind: 'chose', option: 0 } : undefined;
  const number = /^\d+$/.test(word)
    ? Number(word) - 1
    : ask.options.findIndex(({ data }) => names(data, word));
  return number >= 0 && number < ask.options.length ? { kind: 'chose', option: number } : undefined;
}

/** Whether an option is called `word`: its ending, or the state that it tells. */
function names(data: Ask['sentence']['data'], word: string): boolean {
  const { ending, members } = data;
  const state = isJsonObject(members) ? members['state'] : undefined;
  return [ending, state].some((one) => typeof one === 'string' && one.toLowerCase() === word);
}
