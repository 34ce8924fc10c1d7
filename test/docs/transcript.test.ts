import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inFolder, poscert, ROOT } from '../cli/command-line.ts';

/* The transcript in docs/client-protocol.md is that of a real run of the Node example, with what differs from run to run evened out. UPDATE=1 writes it. */

const PAGE = join(ROOT, 'docs/client-protocol.md');
const MARKED = /(<!-- transcript -->\n```\n)[^]*?(```\n<!-- \/transcript -->)/;
const CASE = 'payments/check-in-first';

interface Entry {
  readonly kind: string;
  readonly data: {
    readonly exchange: number;
    readonly method: string;
    readonly target: string;
    readonly headers: readonly (readonly [string, string])[];
    readonly json?: unknown;
    readonly text?: string;
    readonly name?: string;
    readonly group?: string;
    readonly answer?: { readonly status: number; readonly json?: unknown };
  };
}

/** What was said on the pipes (`wire`), with the exchanges and the customer's acts of the journal between. */
function transcript(wire: readonly string[], journal: readonly Entry[]): string {
  const known = new Set(['host', 'connection', 'content-length', 'user-agent', 'accept', 'date']);
  const answers = new Map(
    journal.flatMap(({ kind, data }) => (kind === 'delivered' ? [[data.exchange, data.answer] as const] : [])),
  );
  const text = (json: unknown): string => (json === undefined ? '' : ` ${JSON.stringify(json)}`);
  const told = ({ kind, data }: Entry): string[] => {
    if (kind === 'act') return [`    (${data.group ?? ''}: ${data.name ?? ''})`];
    if (kind !== 'request') return [];
    // A key is another one each time, and so is what kind of authorization it is.
    const sort = ([name, value]: readonly [string, string]): string =>
      /^authorization$/i.test(name) ? (value.split(' ')[0] ?? '') : /key|content-type/i.test(name) ? value : name.toLowerCase();
    const fresh = data.headers.filter((header) => !known.has(sort(header)));
    for (const header of fresh) known.add(sort(header));
    const answer = answers.get(data.exchange);
    return [
      `    ${data.method} ${data.target}${text(data.json)}${data.text === undefined ? '' : ` ${data.text}`}`,
      ...fresh.map(([name, value]) => `      ${name}: ${value}`),
      `      ${answer === undefined ? 'no answer' : `${answer.status}${text(answer.json)}`}`,
    ];
  };
  const parts: string[] = [];
  let rest = journal;
  let method = '';
  for (const line of wire) {
    const call = (JSON.parse(line) as { readonly method?: string }).method;
    method = call ?? method;
    // In the journal a command stands before all that comes of it, and its result behind; the first and the last call are not commands.
    const outside = method === 'initialize' || method === 'shutdown';
    const kind = call === undefined ? 'result' : 'command';
    const before = outside ? [] : rest.slice(0, rest.findIndex((one) => one.kind === kind) + 1);
    parts.push(...before.flatMap(told), `${call === undefined ? '←' : '→'} ${line}`);
    rest = rest.slice(before.length);
  }
  return evened(parts.join('\n'));
}

/** What is another each time stands in the page as the first, second, … of its kind. */
function evened(text: string): string {
  const seen: string[] = [];
  const nth = (id: string): number => (seen.includes(id) ? seen.indexOf(id) + 1 : seen.push(id));
  return text
    .replace(/127\.0\.0\.1:\d+/g, (host) => (nth(host), `127.0.0.1:4100${seen.filter((one) => one.startsWith('127')).indexOf(host) + 1}`))
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      const ids = (nth(id), seen.filter((one) => !one.startsWith('127')));
      return `00000000-0000-4000-8000-${String(ids.indexOf(id) + 1).padStart(12, '0')}`;
    })
    .replace(/"stateDir":"[^"]*"/g, '"stateDir":"/tmp/poscert-payments"')
    .replace(/(needPos|order)-[0-9a-f]{8}n?/g, '$1-1')
    .replace(/(?:\[redacted:[0-9a-f]+\])+/g, '…')
    .replace(/"[0-9a-f]{32,40}"/g, '"…"')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g, '2026-01-01T12:00:00.0000000+00:00');
}

it('the transcript is what goes to and fro', { timeout: 60_000 }, async () => {
  const real = await inFolder(async (folder) => {
    const wire = join(folder, 'wire.txt');
    const command = [process.execPath, join(ROOT, 'test/docs/tee.mjs'), wire];
    const till = [process.execPath, join(ROOT, 'examples/node/till.mjs')];
    await writeFile(
      join(folder, 'poscert.yaml'),
      `client:\n  name: Node example till\n  version: "1.0.0"\n  command: ${JSON.stringify([...command, ...till])}\n` +
        `  env: { TILL_READ_TIMEOUT: "20", TILL_WRITE_TIMEOUT: "20" }\n`,
    );
    const ended = await poscert(['run', '--case', CASE, '--seed', 'transcript', '--quiet'], { cwd: folder });
    expect(ended.code, ended.out + ended.err).toBe(0);
    const runs = join(folder, '.poscert/runs');
    const [run = ''] = await readdir(runs);
    const journal = (await readFile(join(runs, run, 'run.jsonl'), 'utf8')).trim().split('\n');
    return transcript(
      (await readFile(wire, 'utf8')).trim().split('\n'),
      journal.map((line) => JSON.parse(line) as Entry),
    );
  });
  const page = await readFile(PAGE, 'utf8');
  const due = page.replace(MARKED, (_, before: string, after: string) => `${before}${real}\n${after}`);
  expect(MARKED.test(page)).toBe(true);
  if (process.env['UPDATE'] === '1') await writeFile(PAGE, due);
  else expect(page).toBe(due);
});
