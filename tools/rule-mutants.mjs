// Every small change to a rule that the kill matrix must notice: the rule gone, one that always says kept, one that examines nothing, one that finds a
// breach everywhere, and each bound of each rule wider or narrower by one.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import ts from 'typescript';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const RULES = 'rules/pos-v10';

/** The ways in which a rule can be worth nothing: what it says → what it would say then. */
export const WORTHLESS = {
  removed: () => undefined,
  'always says kept': (judgement) => ({ ...judgement, findings: [], doubtful: [] }),
  'examines nothing': (judgement) => ({ ...judgement, examined: [], findings: [], doubtful: [] }),
  'finds a breach everywhere': (judgement) => ({
    ...judgement,
    findings: judgement.examined.map(({ exchange, case: caseId }) => ({
      code: 'canary',
      level: 'must',
      obligation: judgement.obligation,
      ...(caseId === undefined ? {} : { case: caseId }),
      exchanges: [exchange],
      data: {},
    })),
    doubtful: [],
  }),
};

/** A rule that says of everything what `word` of WORTHLESS makes of it. */
export function worthless(rule, word) {
  return {
    id: rule.id,
    begin(context) {
      const fold = rule.begin(context);
      return {
        see: (record) => fold.see(record),
        close: () =>
          WORTHLESS[word](fold.close()) ?? { obligation: rule.id, examined: [], findings: [], doubtful: [] },
      };
    },
  };
}

const SHIFTED = { '<': '<=', '<=': '<', '>': '>=', '>=': '>' };

/** Each number and each comparison in the rules as built, one wider or narrower. */
export function boundMutants() {
  const files = readdirSync(join(dist, RULES)).filter((file) => file.endsWith('.js'));
  return files.flatMap((file) => boundsIn(file, readFileSync(join(dist, RULES, file), 'utf8')));
}

function boundsIn(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = [];
  const told = new Map();
  const add = (node, what, from, to, replacement) => {
    const words = `${file.replace('.js', '')}: ${shortened(what)} ${from} → ${to}`;
    const count = (told.get(words) ?? 0) + 1;
    told.set(words, count);
    const id = count === 1 ? words : `${words} (${count})`;
    found.push({ id, file, text: text.slice(0, node.getStart()) + replacement + text.slice(node.getEnd()) });
  };
  const visit = (node) => {
    if (ts.isNumericLiteral(node) && !counts(node)) {
      const value = Number(node.text);
      const place = node.parent.getText();
      add(node, place, value, value + 1, String(value + 1));
      add(node, place, value, value - 1, `(${value - 1})`);
    }
    if (ts.isBinaryExpression(node)) {
      const sign = node.operatorToken.getText();
      const other = SHIFTED[sign];
      if (other !== undefined) add(node.operatorToken, node.getText(), sign, other, other);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** An index, or the step of a counter: no bound. */
function counts({ parent }) {
  const { PlusEqualsToken, MinusEqualsToken } = ts.SyntaxKind;
  if (ts.isBinaryExpression(parent))
    return [PlusEqualsToken, MinusEqualsToken].includes(parent.operatorToken.kind);
  return ts.isElementAccessExpression(parent);
}

/** Work that may never end, ended after `ms`: then it throws. */
export function within(ms, work) {
  globalThis.poscertWork = work;
  try {
    return new Script('globalThis.poscertWork()').runInThisContext({ timeout: ms });
  } finally {
    Reflect.deleteProperty(globalThis, 'poscertWork');
  }
}

function shortened(text) {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}

/** Loads the rules with one file changed; each call anew. */
export async function rulesWith(mutant, folder) {
  const own = mkdtempSync(join(folder, 'rules-'));
  mkdirSync(join(own, 'rules'));
  cpSync(join(dist, RULES), join(own, RULES), { recursive: true });
  symlinkSync(join(dist, 'model'), join(own, 'model'));
  writeFileSync(join(own, 'package.json'), '{"type":"module"}');
  if (mutant !== undefined) writeFileSync(join(own, RULES, mutant.file), mutant.text);
  const { posV10Rules } = await import(pathToFileURL(join(own, RULES, 'index.js')).href);
  return posV10Rules;
}

/** The scenes by which the rules are known to be right (test/rules), and what complains where one is judged otherwise. */
export async function proofs(folder) {
  const own = mkdtempSync(join(folder, 'proofs-'));
  mkdirSync(join(own, 'test/rules'), { recursive: true });
  symlinkSync(dist, join(own, 'src'));
  symlinkSync(join(root, 'node_modules'), join(own, 'node_modules'));
  writeFileSync(join(own, 'package.json'), '{"type":"module"}');
  for (const file of readdirSync(join(root, 'test/rules'))) {
    if (file.endsWith('.test.ts')) continue;
    const { outputText } = ts.transpileModule(readFileSync(join(root, 'test/rules', file), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        verbatimModuleSyntax: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    writeFileSync(join(own, 'test/rules', file.replace(/\.ts$/, '.js')), outputText);
  }
  const load = (file) => import(pathToFileURL(join(own, 'test/rules', file)).href);
  const { PROOFS } = await load('proofs.js');
  const { complaints } = await load('proof.js');
  return { PROOFS, complaints };
}

/** Work in a folder that is removed afterwards. */
export async function inScratch(work) {
  const folder = mkdtempSync(join(tmpdir(), 'poscert-mutants-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
