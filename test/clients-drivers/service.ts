import { spawn } from 'node:child_process';
import { BRISK, TILL } from './certified.ts';

/** The test till as a service that runs already; ended by `stop`. */
export async function tillService(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [TILL, '--http', '0', ...BRISK], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  return {
    url,
    async stop() {
      child.kill();
      await gone;
    },
  };
}
