import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shippedPack } from '../../src/inspect.ts';
import { diagramOf } from '../../src/report/docs-diagram.ts';
import { docsOf } from '../../src/report/docs.ts';
import { EXIT_CODES } from '../../src/words/exit-codes.ts';
import { knownCodes } from '../../src/words/words.ts';
import { trafficExamples } from './traffic.ts';

/* The pages of docs/ that are generated are what the code says. UPDATE=1 writes them; `node tools/docs.mjs` does the same from the build. */

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
const TRAFFIC = join(DOCS, 'obligations/traffic.json');
const opened = shippedPack(fileURLToPath(new URL('../../cases/pos-v10', import.meta.url)));
if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
const pack = opened.value;
const examples = trafficExamples();
const pages = new Map([
  ...docsOf(pack, examples),
  ['obligations/traffic.json', `${JSON.stringify(examples, undefined, 1)}\n`] as const,
]);

/** Files in the folders that are ours alone. */
function present(): string[] {
  return ['cases', 'obligations'].flatMap((folder) =>
    existsSync(join(DOCS, folder)) ? readdirSync(join(DOCS, folder)).map((name) => `${folder}/${name}`) : [],
  );
}

if (process.env['UPDATE'] === '1') {
  for (const file of present()) if (!pages.has(file)) rmSync(join(DOCS, file));
  for (const [file, text] of pages) {
    mkdirSync(dirname(join(DOCS, file)), { recursive: true });
    writeFileSync(join(DOCS, file), text);
  }
}

describe('the generated pages', () => {
  it.each([...pages.keys()])('%s is what is generated', (file) => {
    expect(readFileSync(join(DOCS, file), 'utf8')).toBe(pages.get(file));
  });

  it('are all that stands in their folders', () => {
    expect(present().filter((file) => !pages.has(file))).toEqual([]);
    expect(existsSync(TRAFFIC)).toBe(true);
  });

  it('lead nowhere that is not there', () => {
    const broken = [...pages].flatMap(([file, text]) =>
      [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].flatMap(([, path = '', anchor]) => {
        const target = path === '' ? file : join(dirname(file), path);
        const page = pages.get(target);
        if (page === undefined) return [`${file}: ${path}`];
        return anchor === undefined || headings(page).includes(anchor) ? [] : [`${file}: ${path}#${anchor}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it('have every case, obligation, code and exit code', () => {
    const all = [...pages.values()].join('\n');
    for (const one of pack.cases) expect(all).toContain(`\`${one.id}\``);
    for (const code of knownCodes()) expect(pages.get('errors.md')).toContain(`### \`${code}\``);
    for (const { code } of EXIT_CODES) expect(pages.get('exit-codes.md')).toContain(`| ${String(code)} |`);
    expect(pack.obligations.every((duty) => pages.has(`obligations/${duty.id}.md`))).toBe(true);
  });

  it('show right and wrong traffic of whatever traffic can show', () => {
    for (const duty of pack.obligations.filter((one) => one.unobservable === undefined)) {
      const page = pages.get(`obligations/${duty.id}.md`) ?? '';
      expect(page, duty.id).toContain('## Right');
      expect(page, duty.id).toContain('## Wrong');
    }
  });
});

/** As GitHub makes anchors of headings. */
function headings(page: string): string[] {
  return [...page.matchAll(/^#{1,6} (.*)$/gm)].map(([, text = '']) =>
    text
      .replace(/[`\\]/g, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** The lines of Mermaid that we write; frames open and close. */
const LINE =
  /^(?: {2})+(?:participant [A-Z] as [^;#]+|[PTA](?:->>|-->>|--x|-x)[PTA]: (?:[^;]|#\d+;)+|Note over [PTA]: (?:[^;]|#\d+;)+|(?:opt|loop) [^;]+|end)$/;

describe('the diagrams', () => {
  it.each(pack.cases)('$id is a sequence diagram', (one) => {
    const [first, ...lines] = diagramOf(one).split('\n');
    expect(first).toBe('sequenceDiagram');
    let open = 0;
    for (const line of lines) {
      expect(line).toMatch(LINE);
      if (/^\s+(?:opt|loop) /.test(line)) open += 1;
      if (line.trim() === 'end') open -= 1;
      else expect(line.replace(/^.*?: /, '')).not.toMatch(/\bend\b/);
      expect(open).toBeGreaterThanOrEqual(0);
    }
    expect(open).toBe(0);
  });
});
