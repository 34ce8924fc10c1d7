// Is the kill matrix worth something? Every rule, every expectation of every case and every bound is changed a little, and recordings of lawful and of
// broken tills are judged again: a change that no till's outcome shows is a check that nobody would miss.
//
//   node tools/mutation.mjs --record DIR [--parallel P]   runs the tills of which DIR has no recording (self-test --keep DIR leaves most of them)
//   node tools/mutation.mjs --from DIR [--update]         judges them by every mutant; --update writes what came into test/self-test/
//   node tools/mutation.mjs --play [--update]             plays what no recording can tell: cases in which one of our own answers is missing
//
// test/self-test/ keeps the scenes that kill something (scenes.br) and the list of what nothing kills (survivors.json), which npm test holds to.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defectTable } from '../test/clients/defects.mjs';
import { caseMutants } from './case-mutants.mjs';
import { playedAway } from './play.mjs';
import { reasonFor } from './reasons.mjs';
import {
  comesTo,
  grouped,
  judgementsOf,
  pack,
  packed,
  replayed,
  same,
  scenesOf,
  unpacked,
} from './recordings.mjs';
import { boundMutants, inScratch, proofs, rulesWith, within, WORTHLESS } from './rule-mutants.mjs';
import { runClient } from './self-test.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const SCENES = join(root, 'test/self-test/scenes.br');
const SURVIVORS = join(root, 'test/self-test/survivors.json');

/** Lawful tills whose habits the cases must allow: what narrows a case fails one of them. */
const HABITS = [
  'refuses-locally',
  'captures-when-reserved',
  'captures-refund-when-reserved',
  'resumes-on-restart',
  'five-retries',
  'extra-reads',
  'looks-before-initiating',
  'cancels-a-lost-refund',
  'cancels-when-nobody-answers',
  'settles-in-recover',
  'stops-waiting-early',
  'refuses-partial-captures',
];

/** The proofs of all rules take a tenth of a second: what takes so long never ends. */
const ENDLESS_MS = 20_000;

/** At most so many cases of a defect are recorded: the one it is seen in, and others spread over those that it fails. */
const CASES_A_DEFECT = 10;

/** The committed scenes. */
export function keptScenes() {
  return prepared(unpacked(readFileSync(SCENES)));
}

/** The committed list of what nothing kills: reason → ids. */
export function survivors() {
  return JSON.parse(readFileSync(SURVIVORS, 'utf8'));
}

/** Scenes with what the rules say about them, worked out once. */
function prepared(scenes, shipped = pack()) {
  return scenes.map((scene) => ({
    ...scene,
    judgements: judgementsOf(scene.records, shipped),
    outcome: replayed(scene, shipped).run?.outcome,
  }));
}

/** All mutants of cases that recordings can tell about; and those that have to be played. */
export function mutantsOf(shipped) {
  const identifying = Object.fromEntries(
    Object.entries(shipped.vocabulary.truths).map(([name, truth]) => [name, truth.by]),
  );
  const all = shipped.cases.flatMap((one) => caseMutants(one, identifying));
  return { told: all.filter((one) => one.played === undefined), played: all.filter((one) => one.played) };
}

/** Whether a scene comes to another end with the mutant in the place of its case: the verdict, the checks, or the very need of it. */
export function kills(scene, mutant, shipped) {
  const { run } = replayed(scene, shipped, mutant);
  if (run === undefined) return true;
  return !same(run.outcome, scene.outcome) && !same(comesTo(run, scene.judgements), scene.comesTo);
}

/**
 * Judges by every mutant of the cases. Answers the ids of those that nothing kills, and how many scenes were of use: those in `useful`, which it
 * fills, are asked first.
 */
export function caseSurvivors(scenes, shipped, useful = new Set()) {
  const ofCase = grouped(scenes, (scene) => scene.case);
  return mutantsOf(shipped).told.flatMap(({ id, case: caseId, mutant }) => {
    const own = ofCase.get(caseId) ?? [];
    const inOrder = [...own.filter((one) => useful.has(one)), ...own.filter((one) => !useful.has(one))];
    const killer = inOrder.find((scene) => kills(scene, mutant, shipped));
    if (killer !== undefined) useful.add(killer);
    return killer === undefined ? [id] : [];
  });
}

/** Judges by every worthless rule; ids of those that no scene notices. `words`: those of WORTHLESS to try. */
export function ruleSurvivors(scenes, shipped, useful = new Set(), words = Object.keys(WORTHLESS)) {
  return shipped.rules.flatMap((rule) =>
    words.flatMap((word) => {
      const killer =
        [...useful].find((scene) => noticesRule(scene, rule.id, word, shipped)) ??
        scenes.find((scene) => noticesRule(scene, rule.id, word, shipped));
      if (killer !== undefined) useful.add(killer);
      return killer === undefined ? [`rule ${rule.id} ${word}`] : [];
    }),
  );
}

/** A rule that examines nothing, or is not there, leaves its duty unproven where it was kept; any other shows by its findings. */
function noticesRule(scene, id, word, shipped) {
  const judgement = scene.judgements.get(id);
  if (judgement === undefined) return false;
  const other = WORTHLESS[word](judgement);
  if ((other?.examined.length ?? 0) === 0 && other?.findings.length !== 0 && judgement.examined.length === 0)
    return false;
  const proven = (one) => (one?.examined.length ?? 0) > 0 || (one?.findings.length ?? 0) > 0;
  if (word === 'examines nothing') return proven(judgement) && judgement.findings.length === 0;
  if (same(other?.findings, judgement.findings)) return false;
  const judgements = new Map([...scene.judgements].filter(([one]) => one !== id));
  if (other !== undefined) judgements.set(id, other);
  const { run } = replayed(scene, shipped);
  return !same(comesTo(run, judgements), scene.comesTo);
}

/** Changes each bound of the rules; ids of those that the rules' own proofs do not notice. `some`: which of the mutants to try. */
export function boundSurvivors(some = () => true) {
  return inScratch(async (folder) => {
    const { PROOFS, complaints } = await proofs(folder);
    const left = [];
    for (const mutant of boundMutants().filter(some)) {
      const noticed = async () => {
        const rules = await rulesWith(mutant, folder);
        return within(ENDLESS_MS, () =>
          rules.some((rule) => complaints(rule, PROOFS[rule.id] ?? []).length > 0),
        );
      };
      // What can no longer be loaded, throws, or never ends, is noticed.
      if (!(await noticed().catch(() => true))) left.push(`bound ${mutant.id}`);
    }
    return left;
  });
}

/** Scenes that no longer come to what they came to: cases or rules have changed since, and they are to be recorded again. */
export function staleScenes(scenes, shipped) {
  return scenes.flatMap((scene) => {
    const { run, otherPlans } = replayed(scene, shipped);
    const now = run && comesTo(run, scene.judgements);
    return otherPlans.length === 0 && same(now, scene.comesTo) ? [] : [`${scene.client} in ${scene.case}`];
  });
}

async function record(folder, parallel) {
  const jobs = [
    { name: 'lawful', flags: [], selection: ['--features', 'all', '--tier', 'all'] },
    ...HABITS.map((habit) => ({
      name: `lawful, ${habit}`,
      flags: ['--habit', habit],
      selection: ['--features', 'all', '--tier', 'all'],
    })),
    ...defectJobs(),
  ].filter(({ name }) => !existsSync(join(folder, `${name}.jsonl`)));
  const work = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { name, flags, selection } = job;
      const told = await runClient(flags, selection, join(folder, `${name}.jsonl`)).then(
        (report) => `${report.verdict} in ${report.cases.length} cases`,
        (error) => `no report: ${error.message}`,
      );
      console.log(`${name}: ${told}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
}

function defectJobs() {
  const chosen = casesOfDefects();
  return [...chosen].map(([name, ids]) => ({
    name,
    flags: ['--defect', name],
    selection: ['--tier', 'all', ...ids.flatMap((id) => ['--case', id])],
  }));
}

/** Defect → the cases it is recorded in. */
function casesOfDefects() {
  const expected = JSON.parse(readFileSync(join(root, 'test/self-test/expected.json'), 'utf8'));
  const chosen = defectTable.map((defect) => {
    const failed = Object.entries(expected[defect.name]?.cases ?? {}).filter(
      ([, [verdict]]) => verdict === 'failed',
    );
    const ids = [...new Set([defect.seenIn, ...failed.map(([id]) => id)])].filter((id) =>
      /^[a-z-]+\/[a-z0-9-]+$/.test(id),
    );
    const step = Math.max(1, ids.length / CASES_A_DEFECT);
    const length = Math.min(ids.length, CASES_A_DEFECT);
    return [defect.name, Array.from({ length }, (_, index) => ids[Math.floor(index * step)])];
  });
  return new Map(chosen.filter(([, ids]) => ids.length > 0));
}

/** The lawful tills first, then by name: what comes first is what the kept scenes are chosen from first. */
function scenesFrom(folder, shipped) {
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  const rank = (file) => (file === 'lawful.jsonl' ? 0 : file.startsWith('lawful') ? 1 : 2);
  files.sort((left, right) => rank(left) - rank(right) || (left < right ? -1 : 1));
  const chosen = casesOfDefects();
  return files.flatMap((file) => {
    const name = basename(file, '.jsonl');
    const ids = chosen.get(name);
    return scenesOf(name, readFileSync(join(folder, file)), shipped, (id) => ids?.includes(id) ?? true);
  });
}

/** What a mutant does, wherever it does it. */
function kindOf(id) {
  return id.replace(/^\S+ [\d.]+ /, '').replace(/ending \d+/, 'ending');
}

/** Ids under the reason why nothing kills them. */
function reasoned(ids, shipped) {
  const left = new Set(ids);
  const { told } = mutantsOf(shipped);
  const noticed = new Set(told.filter(({ id }) => !left.has(id)).map(({ id }) => kindOf(id)));
  const groups = grouped(ids, (id) => reasonFor(id, noticed.has(kindOf(id))) ?? 'NO REASON YET');
  return Object.fromEntries([...groups].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function written(list) {
  writeFileSync(SURVIVORS, `${JSON.stringify(list, null, 1)}\n`);
}

/** Says what the list has that is not so, and what is so that the list lacks. */
function compared(got, listed) {
  const grown = got.filter((id) => !listed.includes(id));
  const gone = listed.filter((id) => !got.includes(id));
  for (const id of grown) console.log(`NOT KILLED  ${id}`);
  for (const id of gone) console.log(`KILLED NOW  ${id}: take it off the list`);
  return grown.length + gone.length === 0 ? 0 : 1;
}

async function main(argv) {
  const value = (name) => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  const update = argv.includes('--update');
  const shipped = pack();
  if (argv.includes('--record'))
    return record(value('--record'), Number(value('--parallel') ?? 2)).then(() => 0);
  const isPlayed = (id) => id.includes(': our answer (');
  const before = existsSync(SURVIVORS) ? Object.values(survivors()).flat() : [];
  const outcomes = JSON.parse(readFileSync(join(root, 'test/self-test/expected.json'), 'utf8'));
  let got;
  if (argv.includes('--play')) {
    const { played } = mutantsOf(shipped);
    got = [...before.filter((id) => !isPlayed(id)), ...(await playedAway(played, shipped, outcomes))];
    console.log(
      `${played.length} answers of ours, each left out once: the lawful till notices all but ${got.filter(isPlayed).length}`,
    );
  } else {
    const from = value('--from');
    const scenes = from === undefined ? keptScenes() : prepared(scenesFrom(from, shipped), shipped);
    const useful = new Set();
    const ofRules = ruleSurvivors(scenes, shipped, useful);
    const ofCases = caseSurvivors(scenes, shipped, useful);
    const ofBounds = await boundSurvivors();
    got = [...before.filter(isPlayed), ...ofRules, ...ofBounds, ...ofCases];
    const { told } = mutantsOf(shipped);
    console.log(`${scenes.length} scenes, ${useful.size} of use`);
    console.log(`rules: ${shipped.rules.length * 4} mutants, ${ofRules.length} not noticed`);
    console.log(`bounds: ${boundMutants().length} mutants, ${ofBounds.length} not noticed`);
    console.log(`cases: ${told.length} mutants, ${ofCases.length} not noticed`);
    if (update && from !== undefined) {
      const kept = scenes
        .filter((scene) => useful.has(scene))
        .map(({ client, case: caseId, records, comesTo: goal }) => ({
          client,
          case: caseId,
          comesTo: goal,
          records,
        }));
      writeFileSync(SCENES, packed(kept));
    }
  }
  if (!update) return compared(got, before);
  written(reasoned(got, shipped));
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
