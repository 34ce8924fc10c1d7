import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processClient } from '../../src/clients/process.ts';
import type { Client, InitializeParams, Reply } from '../../src/model/client.ts';
import { isJsonObject, member, textMember, type JsonObject } from '../../src/model/json.ts';
import type { Ask, Observation, Operator, Said } from '../../src/model/operator.ts';
import { commands } from '../../src/model/pos-v10/commands.ts';
import { BRISK, TILL } from '../clients-drivers/certified.ts';

/** A person with a till: does what the sentences say, and looks at what the till shows. */
export interface Person extends Operator {
  readonly asked: Ask[];
  readonly observations: Observation[];
  /** How often the traffic had shown it before the person said so. */
  readonly seen: () => number;
  leave(): Promise<void>;
}

export interface Manner {
  /** Answers instead of doing it; undefined: does it. */
  readonly answer?: (ask: Ask) => Said | undefined;
  readonly flags?: readonly string[];
  /** Types what a sentence suggests, also where the till may choose. */
  readonly types?: boolean;
}

/** The person's till is the test till behind the process driver, which stands for the buttons of a real one. */
export function personAtTheTill(manner: Manner = {}): Person {
  const asked: Ask[] = [];
  const observations: Observation[] = [];
  let till: Client | undefined;
  let params: InitializeParams | undefined;
  let last: Reply | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let seenFirst = 0;
  const folders: string[] = [];
  const open = new AbortController();
  const signal = open.signal;

  async function start(restarted: boolean): Promise<void> {
    await till?.kill();
    till = processClient(
      {
        command: [process.execPath, TILL, ...BRISK, ...(manner.flags ?? [])],
        cwd: '/',
        env: { PATH: process.env['PATH'] ?? '' },
      },
      commands,
    );
    if (params === undefined) throw new Error('nobody said how the till is to be set up');
    await till.start({ ...params, restarted }, signal);
  }

  async function press(command: string, data: JsonObject): Promise<void> {
    if (command === 'recover') await start(true);
    // What it may choose by itself it does choose, whatever the sentence suggests.
    const { free, ...params } = data;
    const own = Array.isArray(free) && manner.types !== true ? free : [];
    const given = Object.entries(params).filter(([name]) => !own.includes(name));
    last = await till?.call(command, { lane: 'till', ...Object.fromEntries(given) }, signal);
  }

  const setUp = (data: JsonObject, stateDir: string): InitializeParams => {
    const text = (name: string): string => textMember(data, name) ?? '';
    return {
      protocol: { min: 1, max: 1 },
      lane: 'till',
      api: {
        baseUrl: text('baseUrl'),
        authBaseUrl: text('authBaseUrl'),
        clientId: text('clientId'),
        clientSecret: text('clientSecret'),
        merchantVat: text('merchantVat'),
        systemVersion: '2.1.0',
        ...(data['ca'] === undefined ? {} : { ca: text('ca') }),
      },
      store: { merchantBrandId: text('merchantBrandId'), merchantLocationId: text('merchantLocationId') },
      stateDir,
      patienceMs: 5000,
      restarted: false,
    };
  };

  /** What the till shows, as the person reads it from its screen. */
  const looked = (ask: Ask): Said => {
    const option = ask.options.findIndex(({ data }) => {
      if (typeof data['ending'] === 'string') return last?.kind === data['ending'];
      const { members } = data;
      return (
        isJsonObject(members) &&
        last?.kind === 'result' &&
        Object.entries(members).every(
          ([name, value]) =>
            JSON.stringify(member(last?.kind === 'result' ? last.result : {}, name)) ===
            JSON.stringify(value),
        )
      );
    });
    return option < 0 ? { kind: 'chose' } : { kind: 'chose', option };
  };

  return {
    asked,
    observations,
    seen: () => seenFirst,
    async ask(ask, seen) {
      asked.push(ask);
      const said = manner.answer?.(ask);
      if (said !== undefined) return said;
      // A person finishes one thing before the next.
      await working;
      if (ask.kind === 'choose') return looked(ask);
      const name = ask.sentence.code.replace('operator-', '');
      if (name === 'not-seen' || name === 'callback') return { kind: 'done' };
      if (name === 'set-up' || name === 'begin-anew') {
        folders.push(await mkdtemp(join(tmpdir(), 'poscert-person-')));
        params = setUp(ask.sentence.data, folders.at(-1) ?? '');
        await start(false);
        return { kind: 'done' };
      }
      working = press(name, ask.sentence.data).catch((thrown: unknown) => {
        if (!signal.aborted) throw thrown;
      });
      const shown = new Promise<'seen'>((resolve) => {
        if (seen.aborted) resolve('seen');
        seen.addEventListener('abort', () => resolve('seen'), { once: true });
      });
      if ((await Promise.race([working, shown])) === 'seen') seenFirst += 1;
      return { kind: 'done' };
    },
    observed: (observation) => observations.push(observation),
    tell: () => undefined,
    async leave() {
      open.abort();
      await till?.kill();
      for (const folder of folders) await rm(folder, { recursive: true, force: true });
    },
  };
}
