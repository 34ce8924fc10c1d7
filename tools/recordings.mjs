// Recordings of the test tills, cut into one scene a till and case, and judged again by the engine's step, the rules and the verdict as built.
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { shippedPack } from '../dist/inspect.js';
import { replay } from '../dist/assembly/replay.js';
import { readJournal } from '../dist/journal/read-back.js';
import { replaced } from '../dist/verdict/again.js';
import { decide } from '../dist/verdict/decide.js';
import { judge } from '../dist/verdict/judge.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The pack that poscert ships. */
export function pack() {
  const loaded = shippedPack(`${root}cases/pos-v10`);
  if (!loaded.ok) throw new Error(`the pack cannot be read: ${JSON.stringify(loaded.problems[0])}`);
  return loaded.value;
}

/** What rules are told about a recording. */
function contextOf(records, shipped) {
  const started = records.find((record) => record.kind === 'run-started');
  const declared = started?.config.client?.version;
  return {
    operations: shipped.operations,
    features: started?.features ?? [],
    ...(declared === undefined ? {} : { declaredVersion: declared }),
  };
}

/** What the rules say about a recording, each by its id. */
export function judgementsOf(records, shipped, rules = shipped.rules) {
  return new Map(judge(rules, contextOf(records, shipped), records).map((one) => [one.obligation, one]));
}

/** What a case came to: its verdict, the checks of level must and those of level should that found something. */
export function comesTo(run, judgements) {
  const { cases } = decide({
    runs: [run],
    judgements: [...judgements.values()],
    obligations: [],
    features: [],
    mayLack: [],
    partial: true,
    interrupted: false,
  });
  const [one] = cases;
  const checks = (level) =>
    [...new Set(one.findings.filter((f) => f.level === level).map((f) => f.obligation ?? f.code))].sort();
  return { verdict: one.verdict, musts: checks('must'), shoulds: checks('should') };
}

/** The run of a case as the engine's step judges a scene, with `other` in the place of the case where it is given. */
export function replayed(scene, shipped, other) {
  const own = other ?? shipped.cases.find((one) => one.id === scene.case);
  const { first, otherPlans } = replay(scene.records, { ...shipped, cases: own === undefined ? [] : [own] });
  return { run: first.find((run) => run.case.id === scene.case), otherPlans };
}

/** Whether two ends of a case are the same. */
export function same(left, right) {
  return JSON.stringify(left) === JSON.stringify(right);
}

/**
 * Cuts a journal into scenes: the start of the lane, the needs, the case. Where a scene alone is judged otherwise than the whole run was (what
 * came before it in the lane mattered), all of the lane up to there is kept. A scene that still is judged otherwise is left out. `wanted`: which cases.
 */
export function scenesOf(client, bytes, shipped, wanted = () => true) {
  const { records } = readJournal(bytes);
  const { first, again } = replay(records, shipped);
  const whole = judgementsOf(records, shipped);
  return replaced(first, again).flatMap((run) => {
    if (!wanted(run.case.id) || run.attempts === 0 || run.outcome.kind === 'cancelled') return [];
    const goal = comesTo(run, whole);
    if (goal.verdict === 'inconclusive') return [];
    for (const keepAll of [false, true]) {
      const cut = cutOut(records, run, keepAll);
      if (cut.length === 0) return [];
      const scene = { client, case: run.case.id, records: cut };
      const { run: own, otherPlans } = replayed(scene, shipped);
      if (own === undefined || otherPlans.length > 0) continue;
      if (same(comesTo(own, judgementsOf(cut, shipped)), goal)) return [{ ...scene, comesTo: goal }];
    }
    return [];
  });
}

function cutOut(records, run, keepAll) {
  const own = records.filter((record) => record.lane === run.lane);
  const end = own.findIndex((record) => record.kind === 'case-ended' && record.case === run.case.id);
  if (end === -1) return [];
  const upTo = own.slice(0, end + 1);
  const start = upTo.findLastIndex((record) => record.kind === 'lane-started' && record.case === undefined);
  const mine = (record) => record.case === undefined || String(record.case).endsWith(run.case.id);
  // Points of sale and tokens come from what went before in this generation of the lane: the needs are kept.
  const kept = keepAll
    ? upTo
    : upTo
        .slice(Math.max(start, 0))
        .filter((record) => mine(record) || String(record.case).startsWith('needs'));
  const started = records.find((record) => record.kind === 'run-started');
  // A case that ran again alone has a lane of its own; here it is the only one.
  const lane = run.lane.replace(/-again$/, '');
  return [
    { ...started, cases: [run.case.id], partial: true },
    ...kept.map((record) => ({ ...record, lane })),
  ];
}

/** Scenes as one file: a line each, compressed together. */
export function packed(scenes) {
  const text = scenes.map((scene) => JSON.stringify(scene)).join('\n');
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_LARGE_WINDOW } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: 9, [BROTLI_PARAM_LGWIN]: 24, [BROTLI_PARAM_LARGE_WINDOW]: 0 };
  return brotliCompressSync(Buffer.from(text), { params });
}

/** The way back. */
export function unpacked(bytes) {
  const text = brotliDecompressSync(bytes).toString('utf8');
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line));
}

/** Things by what `key` says of them, in their order. */
export function grouped(things, key) {
  const groups = new Map();
  for (const one of things) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}
