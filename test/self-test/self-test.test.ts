import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defectTable } from '../clients/defects.mjs';
import { inFolder, poscert, ROOT } from '../cli/command-line.ts';

/*
 * A part of the kill matrix: each broken till alone in the case where its defect shows, through the real command line. `npm run self-test` takes
 * all of them through all cases of their feature.
 */

interface Outcome {
  readonly verdict: string;
  readonly first?: string;
  readonly cases: Readonly<Record<string, readonly string[]>>;
}

interface Report {
  readonly cases: readonly { readonly id: string; readonly verdict: string }[];
  readonly findings: readonly {
    readonly case?: string;
    readonly level: string;
    readonly code: string;
    readonly obligation?: string;
  }[];
}

const expected = JSON.parse(await readFile(join(ROOT, 'test/self-test/expected.json'), 'utf8')) as Record<
  string,
  Outcome
>;
// Defects that end in an error of the client wait for patience; those of one group look alike: a few of each are enough here.
const seen = new Map<string, number>();
const chosen = defectTable.filter((defect) => {
  const outcome = expected[defect.name]?.cases[defect.seenIn];
  if (outcome?.[0] !== 'failed') return false;
  const count = (seen.get(defect.group) ?? 0) + 1;
  seen.set(defect.group, count);
  return count <= 2;
});

describe.concurrent('a till that is lawful but for one defect', () => {
  it('is one of many', () => {
    expect(chosen.length).toBeGreaterThan(10);
  });

  it.each(chosen)('$name: fails just its own checks', async (defect) => {
    await inFolder(async (folder) => {
      const client = `node ${join(ROOT, 'test/clients/till.mjs')} --defect ${defect.name}`;
      const args = [
        'run',
        '--case',
        defect.seenIn,
        '--client',
        client,
        '--quiet',
        '--report',
        'json=report.json',
      ];
      const ended = await poscert(args, { cwd: folder });
      const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report;
      const one = report.cases.find(({ id }) => id === defect.seenIn);
      // A machine too busy to say says so; it never lets a broken client pass.
      if (one?.verdict === 'inconclusive') {
        expect(ended.code).toBe(3);
        return;
      }
      const musts = report.findings.filter(
        (finding) => finding.level === 'must' && finding.case === defect.seenIn,
      );
      const checks = [...new Set(musts.map((finding) => finding.obligation ?? finding.code))].sort();
      expect([one?.verdict, ...checks]).toEqual(expected[defect.name]?.cases[defect.seenIn]);
      expect(ended.code).toBe(1);
    });
  });
});
