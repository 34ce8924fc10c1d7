// Takes every deliberately broken client through the real command line and compares what came with what must come, both ways: the verdict of
// every case and the set of must-findings of each, the first cause named. Writes the matrix (defects × checks) into docs/.
//
//   node tools/self-test.mjs [--update] [--only NAME,…] [--part I/N] [--parallel P] [--keep DIR] [--from DIR] [--repeat N]
//   node tools/self-test.mjs --docs                          writes the matrix into docs/ from what is expected
//
// --from judges the recordings that --keep left in DIR again, in place of running: after a change to a rule or to the verdict it takes a minute.
// --keep leaves the recording of every run in DIR, for tools/mutation.mjs. --repeat takes the chosen clients N times and says whether every round
// came to the same.
import { spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defectTable } from '../test/clients/defects.mjs';
import { habitTable } from '../test/clients/habits.mjs';
import { matrixHtml, matrixMarkdown } from './matrix.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const EXPECTED = join(root, 'test/self-test/expected.json');

/** What one run came to: only what is not a plain pass is kept, so that the file can be read. */
export function outcomeOf(report) {
  const cases = {};
  for (const one of report.cases) {
    const own = report.findings.filter((f) => f.case === one.id && f.level === 'must');
    const musts = [...new Set(own.map(checkOf))].sort();
    if (one.verdict !== 'passed' || musts.length > 0) cases[one.id] = [one.verdict, ...musts];
  }
  // The report puts the first cause on top.
  const first = report.findings.find((f) => f.level === 'must');
  const shoulds = new Set(report.findings.filter((f) => f.level === 'should').map(checkOf));
  return {
    verdict: report.verdict,
    ...(first === undefined ? {} : { first: checkOf(first) }),
    cases,
    ...(shoulds.size === 0 ? {} : { advice: [...shoulds].sort() }),
  };
}

function checkOf(finding) {
  return finding.obligation ?? finding.code;
}

/** The features that show a defect: those of the case that it is seen in. */
export function featureOf(defect) {
  const feature = String(defect.seenIn).split('/')[0];
  return feature === '*' || feature === '' ? 'payments' : feature;
}

/** Runs one defect through the command line as built, in all cases of its feature; answers its report. */
export function runDefect(defect, keep) {
  return runClient(['--defect', defect.name], ['--features', featureOf(defect), '--tier', 'all'], keep);
}

/** Runs the test till with `flags` through what `selection` chooses; answers its report, and leaves its recording at `keep`. */
export async function runClient(flags, selection, keep) {
  const folder = await mkdtemp(join(tmpdir(), 'poscert-self-'));
  try {
    const command = JSON.stringify(['node', join(root, 'test/clients/till.mjs'), ...flags]);
    await writeFile(
      join(folder, 'poscert.yaml'),
      `client: { driver: process, command: ${command}, patience: 10s }\n`,
    );
    const args = ['run', ...selection, '--quiet', '--no-certificate'];
    args.push('--report', `json=${join(folder, 'report.json')}`);
    const env = { ...process.env, CI: 'true' };
    await new Promise((resolve) => {
      const child = spawn(process.execPath, [join(root, 'bin/poscert.js'), ...args], {
        cwd: folder,
        env,
        stdio: 'ignore',
      });
      child.on('close', resolve);
    });
    const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
    if (keep !== undefined) {
      await mkdir(dirname(keep), { recursive: true });
      await copyFile(join(folder, report.journal), keep);
    }
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether two outcomes are equal; the advice (level should) is told, not compared: it does not fail a case. */
export function differs(expected, got) {
  return JSON.stringify(compared(expected)) !== JSON.stringify(compared(got));
}

function compared(outcome) {
  return outcome && { verdict: outcome.verdict, first: outcome.first, cases: outcome.cases };
}

/** What the recording of a defect comes to as poscert judges today. */
async function rejudged(defect, folder) {
  const { retell } = await import('../dist/audit.js');
  const { shippedPack } = await import('../dist/inspect.js');
  const { jsonOf } = await import('../dist/report/json.js');
  const pack = shippedPack(join(root, 'cases/pos-v10'));
  const place = { root, cwd: root };
  const told = await retell(
    join(folder, `${defect.name}.jsonl`),
    place,
    { pack: pack.value, version: '' },
    false,
  );
  if (!told.ok) throw new Error(told.problems[0].code);
  return jsonOf(told.value.report);
}

/** Takes `defects` through their cases by `run`, `parallel` at a time. `told` hears of each as it ends. */
async function round(defects, parallel, run, told) {
  const got = {};
  let inconclusive = 0;
  const waiting = [...defects];
  const work = async () => {
    for (let defect = waiting.shift(); defect !== undefined; defect = waiting.shift()) {
      const report = await run(defect).catch((error) => ({
        verdict: `no report: ${error.message}`,
        cases: [],
        findings: [],
      }));
      got[defect.name] = outcomeOf(report);
      inconclusive += report.cases.filter((one) => one.verdict === 'inconclusive').length;
      told(defect, got[defect.name]);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return { got, inconclusive };
}

/** Clients that did not come to the same in every round, each with what it came to. */
export function unequal(rounds) {
  return Object.keys(rounds[0] ?? {}).flatMap((name) => {
    const outcomes = rounds.map((one) => JSON.stringify(compared(one[name])));
    const distinct = [...new Set(outcomes)];
    const counts = distinct.map((text) => [outcomes.filter((one) => one === text).length, text]);
    return distinct.length < 2 ? [] : [{ name, counts }];
  });
}

async function main(argv) {
  const value = (name) => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  const only = value('--only')?.split(',');
  const [part, parts] = (value('--part') ?? '1/1').split('/').map(Number);
  const chosen = defectTable.filter((one, index) =>
    only ? only.includes(one.name) : index % parts === part - 1,
  );
  const update = argv.includes('--update');
  const times = Number(value('--repeat') ?? 1);
  const [keep, from] = [value('--keep'), value('--from')];
  const kept = (defect) => keep && join(keep, `${defect.name}.jsonl`);
  const expected = JSON.parse(await readFile(EXPECTED, 'utf8').catch(() => '{}'));
  if (argv.includes('--docs')) {
    await writeDocs(expected);
    return 0;
  }
  const wrong = new Set();
  const rounds = [];
  let inconclusive = 0;
  for (let number = 1; number <= times; number += 1) {
    if (times > 1) console.log(`round ${number} of ${times}`);
    const ended = await round(
      chosen,
      Number(value('--parallel') ?? 3),
      (defect) => (from === undefined ? runDefect(defect, kept(defect)) : rejudged(defect, from)),
      (defect, outcome) => {
        const bad = differs(expected[defect.name], outcome);
        if (bad) wrong.add(defect.name);
        console.log(
          `${bad ? (update ? 'new ' : 'DIFF') : 'same'}  ${defect.name}  ${outcome.verdict}  ${outcome.first ?? ''}`,
        );
        if (bad && !update)
          console.log(
            `      expected ${JSON.stringify(expected[defect.name])}\n      got      ${JSON.stringify(outcome)}`,
          );
      },
    );
    rounds.push(ended.got);
    inconclusive += ended.inconclusive;
  }
  const got = rounds[0] ?? {};
  if (update) {
    const merged = Object.fromEntries(
      defectTable
        .map((one) => [one.name, got[one.name] ?? expected[one.name]])
        .filter(([, outcome]) => outcome !== undefined),
    );
    await mkdir(join(root, 'test/self-test'), { recursive: true });
    await writeFile(EXPECTED, `${JSON.stringify(merged, null, 1)}\n`);
    await writeDocs(merged);
  }
  const unlike = unequal(rounds);
  for (const { name, counts } of unlike)
    for (const [count, text] of counts) console.log(`UNEQUAL  ${name}  ${count} of ${times}: ${text}`);
  if (times > 1)
    console.log(
      unlike.length === 0
        ? `${times} rounds, all equal`
        : `${times} rounds, ${unlike.length} clients came to different ends`,
    );
  console.log(
    `${chosen.length} clients, ${chosen.length - wrong.size} as expected, ${wrong.size} not, ${inconclusive} inconclusive cases`,
  );
  return chosen.length === 0 || unlike.length > 0 || (wrong.size > 0 && !update) ? 1 : 0;
}

async function writeDocs(outcomes) {
  const survivors = JSON.parse(await readFile(join(root, 'test/self-test/survivors.json'), 'utf8'));
  const page = matrixMarkdown(defectTable, outcomes, habitTable, survivors);
  await writeFile(join(root, 'docs/kill-matrix.md'), page);
  await writeFile(join(root, 'docs/kill-matrix.html'), matrixHtml(defectTable, outcomes));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
