import type { Case } from '../model/case.ts';
import { caseHeadSchema } from '../model/case-file.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { nodeAt, placeOf, type Path } from '../model/located.ts';
import type { Operation } from '../model/operation.ts';
import type { Vocabulary } from '../model/pack.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import { check, unknownName } from '../model/schema-problems.ts';
import { entryOf, complain, take, type Scope } from './scope.ts';
import { stepsAt } from './steps.ts';
import { checkNames, isPlaceholder, membersAt } from './values.ts';
import { readCaseText } from './yaml.ts';

/** `…/<feature>/<nn>-<slug>.yaml` */
const FILE = /(?:^|\/)([a-z0-9]+(?:-[a-z0-9]+)*)\/(\d{2,3})-([a-z0-9]+(?:-[a-z0-9]+)*)\.yaml$/;

/**
 * Reads one case file (case-language.md). `file` is its path within the pack, or any path that ends in it: folder and name give the case
 * its feature and id. Everything that is wrong is reported at once; nothing throws.
 */
export function parseCase(
  text: string,
  file: string,
  vocabulary: Vocabulary,
  operations: readonly Operation[],
): Parsed<Case> {
  const read = readCaseText(text, file);
  if (!read.ok) return read;
  const scope: Scope = {
    located: read.value,
    vocabulary,
    operations: new Map(operations.map((operation) => [operation.name, operation])),
    problems: [],
  };
  const named = FILE.exec(file.replaceAll('\\', '/'));
  if (named === null) scope.problems.push({ code: 'case-file-name', place: { file }, data: { file } });
  const head = take(scope, check(scope.located, [], caseHeadSchema));
  const needs = needsAt(scope, ['needs']);
  behaviourAt(scope, ['unless', 'behaviour']);
  const steps = stepsAt(scope, ['steps']);
  if (scope.problems.length > 0 || head === undefined || named === null)
    return { ok: false, problems: inOrder(scope.problems) };
  const [, feature = '', number = '', slug = ''] = named;
  const value: Case = {
    id: `${feature}/${slug}`,
    feature,
    file: `${feature}/${number}-${slug}.yaml`,
    title: head.title,
    why: head.why.trim(),
    tier: head.tier,
    mark: head.mark,
    source: head.source,
    ...(head.after === undefined ? {} : { after: head.after }),
    needs,
    evidence: head.evidence ?? [],
    leaves: head.leaves ?? [],
    ...(head.unless === undefined ? {} : { unless: head.unless }),
    steps,
  };
  return { ok: true, value, warnings: [] };
}

function needsAt(scope: Scope, path: Path): Record<string, JsonValue> {
  const given = membersAt(scope, path) ?? {};
  const givers = new Map<string, string>();
  for (const [name, args] of Object.entries(given)) {
    const here = [...path, name];
    const shape = entryOf(scope.vocabulary.needs, name);
    if (shape === undefined) {
      const known = Object.keys(scope.vocabulary.needs);
      scope.problems.push(unknownName(scope.located, here, 'unknown-need', name, known));
      continue;
    }
    if (isJsonObject(args)) checkNames(scope, here, false);
    if (shape.args !== undefined) take(scope, check(scope.located, here, shape.args, isPlaceholder));
    for (const gift of shape.gives) {
      const other = givers.get(gift);
      if (other !== undefined) complain(scope, here, 'needs-clash', { need: name, other, name: gift });
      givers.set(gift, name);
    }
  }
  return given;
}

function behaviourAt(scope: Scope, path: Path): void {
  const name = nodeAt(scope.located.root, path)?.value;
  const { behaviours } = scope.vocabulary;
  if (typeof name !== 'string' || behaviours.includes(name)) return;
  const found = unknownName(scope.located, path, 'unknown-behaviour', name, behaviours);
  scope.problems.push({ ...found, place: placeOf(scope.located, path) });
}

/** By line and column, each once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const key = ({ place }: Problem): number => (place?.line ?? 0) * 100_000 + (place?.column ?? 0);
  return [...problems]
    .sort((left, right) => key(left) - key(right))
    .filter((problem) => {
      const text = JSON.stringify(problem);
      const first = !seen.has(text);
      seen.add(text);
      return first;
    });
}
