import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { startOperatorPage, type LaneProgress, type OperatorPage, type OperatorView } from '../certify.ts';
import { ClientFaultError } from '../model/client.ts';
import type { Config } from '../model/config.ts';
import type { Answer, Ask, Observation, Operator, Said, Sentence, StepLine } from '../model/operator.ts';
import { oneLine } from '../report/terminal-text.ts';
import { wordsFor } from '../words/words.ts';
import { answerFrom, saidBy } from './answers.ts';
import type { Io } from './io.ts';
import { hint, openTerminal, type Terminal } from './terminal-operator.ts';

/** Whoever sits at the till, however they are reached. */
export interface Desk {
  readonly operator: Operator;
  /** Aborted when they say stop. */
  readonly stopped: AbortSignal;
  progress(event: LaneProgress): void;
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly io: Io;
  readonly config: Config;
  readonly answers: readonly Answer[] | undefined;
  readonly ui: boolean;
  /** How many cases there will be. */
  readonly cases: number;
}

/** Opens the ways to the person: the file of answers first, then the terminal and the page, whichever answers first. */
export async function openDesk({ io, config, answers, ui, cases }: DeskOptions): Promise<Desk> {
  const stop = new AbortController();
  const terminal = terminalOf(io, answers !== undefined);
  let view: OperatorView = { client: config.client.name ?? 'Till', lines: [], note: '', over: false };
  let begun = 0;
  let caseId: string | undefined;
  let count = 0;
  let press: ((said: Said) => void) | undefined;
  let asking: Ask | undefined;
  let page: OperatorPage | undefined;
  const show = (change: Partial<OperatorView>, gone?: 'ask'): void => {
    const { ask, ...rest } = { ...view, ...change };
    view = gone === undefined && ask !== undefined ? { ...rest, ask } : rest;
    page?.changed();
  };
  if (ui) {
    page = await startOperatorPage({
      host: config.gateway.host,
      port: 0,
      key: randomBytes(16).toString('hex'),
      ...tlsOf(config),
      view: () => view,
      say: (id, said) => {
        const meant = asking !== undefined && view.ask?.id === id ? saidBy(said, asking) : undefined;
        if (meant === undefined || meant === 'wait' || press === undefined) return false;
        press(meant);
        return true;
      },
    });
    io.err(`The operator's page: ${page.url}\n`);
  }

  async function askOne(ask: Ask, seen: AbortSignal): Promise<Said> {
    if (seen.aborted) return { kind: 'done' };
    const sentence = oneLine(sentenceOf(ask.sentence));
    const options = ask.options.map((option) => oneLine(sentenceOf(option)));
    const tell = (): void => {
      io.err(`${ask.kind === 'do' ? 'Your turn: ' : ''}${sentence}\n`);
      if (options.length > 1) options.forEach((option, index) => io.err(`  ${index + 1} ${option}\n`));
    };
    count += 1;
    tell();
    const { kind, shownByTraffic, button } = ask;
    show({
      ask: {
        id: count,
        kind,
        sentence,
        options,
        shownByTraffic,
        ...(button === undefined ? {} : { button }),
      },
      note: '',
    });
    const given = answerFrom(answers ?? [], ask, caseId);
    const waits = given === 'wait' || (given === undefined && shownByTraffic && answers !== undefined);
    if (given !== undefined && given !== 'wait') {
      io.err(`  answered from the file: ${spoken(given, options)}\n`);
      return given;
    }
    const over = new AbortController();
    const ways: Promise<Said | undefined>[] = [shownBy(seen, over.signal)];
    if (page !== undefined) ways.push(new Promise((resolve) => (press = resolve)));
    asking = ask;
    if (terminal !== undefined) {
      io.err(`  ${hint(ask)}\n`);
      ways.push(
        terminal
          .answer(ask, tell, AbortSignal.any([over.signal, seen]))
          // An input that has ended leaves it to the page and the traffic.
          .then(
            (said) => said ?? (page !== undefined || waits ? new Promise<never>(() => undefined) : undefined),
          ),
      );
    } else if (page === undefined && !waits) ways.push(Promise.resolve(undefined));
    const said = await Promise.race(ways);
    over.abort();
    press = undefined;
    asking = undefined;
    // Where both come at once the traffic counts: nothing was left unanswered.
    if (said === undefined && !isAborted(seen))
      throw new ClientFaultError({ code: 'operator-unanswered', data: { sentence }, stderr: [] });
    return said ?? { kind: 'done' };
  }

  let queue: Promise<unknown> = Promise.resolve();
  const operator: Operator = {
    ask(ask, seen) {
      // One sentence at a time, also where several lanes ask.
      const turn = queue.then(async () => {
        const said = await askOne(ask, seen).finally(() => show({}, 'ask'));
        if (said.kind === 'stop') stop.abort();
        return said;
      });
      queue = turn.catch(() => undefined);
      return turn;
    },
    observed(observation) {
      const fresh = freshlyDone(view.lines, observation);
      for (const title of fresh) io.err(`  ✓ ${oneLine(title)}\n`);
      const { lines } = observation;
      if (JSON.stringify(lines) === JSON.stringify(view.lines)) return;
      show({ lines, ...(fresh.length === 0 ? {} : { note: `Seen: ${fresh.join(', ')}` }) });
    },
    tell: (sentence) => io.err(`${oneLine(sentenceOf(sentence))}\n`),
  };
  return {
    operator,
    stopped: stop.signal,
    progress(event) {
      if (event.kind !== 'case-started') return;
      begun += 1;
      caseId = event.case.id;
      io.err(`\nCase ${begun} of ${cases}: ${event.case.title} (${event.case.id})\n`);
      show({ case: { title: event.case.title, number: begun, of: cases }, lines: [], note: '' });
    },
    async close() {
      show({ over: true, lines: [] }, 'ask');
      terminal?.close();
      await page?.stop();
    },
  };
}

/** A terminal, or lines that are piped in; with a file of answers a pipe is left alone: in CI it may never end. */
function terminalOf(io: Io, answered: boolean): Terminal | undefined {
  const { input } = io;
  if (input === undefined || (answered && input.isTTY !== true)) return undefined;
  return openTerminal(input, input.isTTY === true, (text) => io.err(text));
}

function tlsOf({ gateway }: Config): { tls?: { cert: string; key: string } } {
  const { tls } = gateway;
  if (tls === undefined) return {};
  return { tls: { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') } };
}

function sentenceOf({ code, data }: Sentence): string {
  return wordsFor(code, data).title;
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function spoken(said: Said, options: readonly string[]): string {
  if (said.kind !== 'chose') return said.kind;
  return said.option === undefined ? 'none of these' : (options[said.option] ?? 'yes');
}

function shownBy(seen: AbortSignal, over: AbortSignal): Promise<Said> {
  return new Promise((resolve) => {
    seen.addEventListener('abort', () => resolve({ kind: 'done' }), { once: true, signal: over });
  });
}

/** Titles of the steps that have become done since `before`. */
function freshlyDone(before: readonly StepLine[], { lines }: Observation): string[] {
  return lines.flatMap((line, index) =>
    line.state === 'done' && before.length > 0 && before[index]?.state !== 'done' ? [line.title] : [],
  );
}
