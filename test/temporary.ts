import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Everything that a test run makes lies in one folder, which goes when the run is over: nothing is left behind, whoever forgets it. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'poscert-tests-'));
  process.env['TMPDIR'] = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
}
