// Takes every deliberately broken client through the real command line and compares what came with what must come, both ways: the verdict of
// every case and the set of must-findings of each, the first cause named. Writes the matrix (defects × checks) into docs/.
//
//   node tools/self-test.mjs [--update] [--only NAME,…] [--part I/N] [--parallel P] [--docs]
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defectTable } from '../test/clients/defects.mjs';
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

/** Runs one defect through the command line as built; answers its report. */
export async function runDefect(defect, extra = []) {
  const folder = await mkdtemp(join(tmpdir(), 'poscert-self-'));
  try {
    const command = JSON.stringify(['node', join(root, 'test/clients/till.mjs'), '--defect', defect.name]);
    await writeFile(
      join(folder, 'poscert.yaml'),
      `client: { driver: process, command: ${command}, patience: 10s }\n`,
    );
    const args = [
      'run',
      '--features',
      featureOf(defect),
      '--tier',
      'all',
      '--quiet',
      '--no-certificate',
      ...extra,
    ];
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
    return JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
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

async function main(argv) {
  const value = (name) => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  const only = value('--only')?.split(',');
  const [part, parts] = (value('--part') ?? '1/1').split('/').map(Number);
  const chosen = defectTable.filter((one, index) =>
    only ? only.includes(one.name) : index % parts === part - 1,
  );
  const expected = JSON.parse(await readFile(EXPECTED, 'utf8').catch(() => '{}'));
  const got = {};
  let wrong = 0;
  let inconclusive = 0;
  const waiting = [...chosen];
  const work = async () => {
    for (let defect = waiting.shift(); defect !== undefined; defect = waiting.shift()) {
      const report = await runDefect(defect).catch((error) => ({
        verdict: `no report: ${error.message}`,
        cases: [],
        findings: [],
      }));
      const outcome = outcomeOf(report);
      inconclusive += report.cases.filter((one) => one.verdict === 'inconclusive').length;
      got[defect.name] = outcome;
      const bad = differs(expected[defect.name], outcome);
      if (bad) wrong += 1;
      console.log(
        `${bad ? (argv.includes('--update') ? 'new ' : 'DIFF') : 'same'}  ${defect.name}  ${outcome.verdict}  ${outcome.first ?? ''}`,
      );
      if (bad && !argv.includes('--update'))
        console.log(
          `      expected ${JSON.stringify(expected[defect.name])}\n      got      ${JSON.stringify(outcome)}`,
        );
    }
  };
  await Promise.all(Array.from({ length: Number(value('--parallel') ?? 3) }, work));
  if (argv.includes('--update')) {
    const merged = Object.fromEntries(
      defectTable
        .map((one) => [one.name, got[one.name] ?? expected[one.name]])
        .filter(([, outcome]) => outcome !== undefined),
    );
    await mkdir(join(root, 'test/self-test'), { recursive: true });
    await writeFile(EXPECTED, `${JSON.stringify(merged, null, 1)}\n`);
    await writeDocs(merged);
  } else if (argv.includes('--docs')) await writeDocs(expected);
  console.log(
    `${chosen.length} clients, ${chosen.length - wrong} as expected, ${wrong} not, ${inconclusive} inconclusive cases`,
  );
  return wrong > 0 && !argv.includes('--update') ? 1 : 0;
}

async function writeDocs(outcomes) {
  await writeFile(join(root, 'docs/kill-matrix.md'), matrixMarkdown(defectTable, outcomes));
  await writeFile(join(root, 'docs/kill-matrix.html'), matrixHtml(defectTable, outcomes));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));
