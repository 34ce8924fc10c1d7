import * as z from 'zod';
import type { JsonObject, JsonValue } from './json.ts';
import { nodeAt, problemAt, problemAtKey, type Located, type LocatedText, type Path } from './located.ts';
import { nearest } from './nearest.ts';
import type { Parsed, Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;

export type Schema = z.core.$ZodType;

/** The members of an object schema by name. */
export function membersOf(schema: z.ZodObject): Readonly<Record<string, Schema>> {
  return schema.shape;
}

/**
 * Checks what stands at `path` with a schema and turns each fault into a located problem: a name that is not known with the nearest one that
 * is, a member that is missing, a number where a text is wanted, any other wrong value. `free` says which values are left alone (names of
 * a case, which stand for a value of any kind).
 */
export function check<T>(
  located: LocatedText,
  path: Path,
  schema: z.core.$ZodType<T>,
  free: (value: JsonValue) => boolean = () => false,
): Parsed<T> {
  const node = nodeAt(located.root, path);
  const result = z.safeParse(schema, node?.value);
  if (result.success) return { ok: true, value: result.data, warnings: [] };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, located, path, schema, free));
  return { ok: false, problems };
}

function problemsOf(
  issue: Issue,
  located: LocatedText,
  base: Path,
  schema: z.core.$ZodType,
  free: (value: JsonValue) => boolean,
): Problem[] {
  const path = [...base, ...issue.path];
  const node = nodeAt(located.root, path);
  if (node !== undefined && free(node.value)) return [];
  const within = descend(schema, issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = within.flatMap(namesIn);
      return issue.keys.map((name) => unknownName(located, [...path, name], 'unknown-member', name, known));
    }
    case 'invalid_union': {
      if (node !== undefined && isWrittenText(node) && meansText(issue.errors))
        return [textWanted(located, path, node)];
      const branch = bestBranch(issue.errors);
      if (
        branch === undefined ||
        branch.every((inner) => inner.path.length === 0 && inner.code !== 'unrecognized_keys')
      )
        return [wrongValue(located, path, node, expectedOfUnion(issue.errors))];
      return branch.flatMap((inner) =>
        problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, located, base, schema, free),
      );
    }
    case 'invalid_type': {
      if (node === undefined) return [missing(located, path)];
      if (issue.expected === 'string' && isWrittenText(node)) return [textWanted(located, path, node)];
      return [wrongValue(located, path, node, kindName(issue.expected))];
    }
    default:
      return [
        node === undefined ? missing(located, path) : wrongValue(located, path, node, expectedOf(issue)),
      ];
  }
}

/** A problem with a name that is not among those known, with the nearest that is. */
export function unknownName(
  located: LocatedText,
  path: Path,
  code: string,
  name: string,
  known: readonly string[],
): Problem {
  const near = nearest(name, known);
  const data: JsonObject = {
    name,
    known: [...new Set(known)],
    ...(near === undefined ? {} : { nearest: near }),
  };
  return problemAtKey(located, path, code, data);
}

/** A number or truth value where a text may have been meant: YAML made one of what stands there. */
function isWrittenText(node: Located): boolean {
  return typeof node.value === 'number' || typeof node.value === 'boolean';
}

/** Whether of a union's branches one wants a text and none takes a value of this kind at all. */
function meansText(branches: readonly (readonly Issue[])[]): boolean {
  const ofKind = (issue: Issue): boolean => issue.path.length === 0 && issue.code.startsWith('invalid_');
  return (
    branches.every((branch) => branch.some(ofKind)) &&
    branches.some((branch) =>
      branch.some((issue) => issue.code === 'invalid_type' && issue.expected === 'string'),
    )
  );
}

function textWanted(located: LocatedText, path: Path, node: Located): Problem {
  const value = JSON.stringify(node.value);
  const data = { member: nameOf(path), source: node.source ?? value, value, kind: typeof node.value };
  return problemAt(located, path, 'text-wanted', data);
}

function missing(located: LocatedText, path: Path): Problem {
  return problemAtKey(located, path.slice(0, -1), 'missing-member', { member: nameOf(path) });
}

function wrongValue(located: LocatedText, path: Path, node: Located | undefined, expected: string): Problem {
  return problemAt(located, path, 'wrong-value', {
    member: nameOf(path),
    expected,
    ...(node === undefined ? {} : { got: node.value }),
  });
}

function nameOf(path: Path): string {
  const names = path.filter((part) => typeof part === 'string');
  return names.at(-1) ?? 'the file';
}

/** Of a union's branches the one that was meant: it complains of the least, a missing or unknown name at its root weighing most. */
function bestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const weight = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => {
      if (issue.path.length === 0)
        return sum + (issue.code === 'unrecognized_keys' ? 3 * issue.keys.length : 100);
      return sum + (issue.path.length === 1 && issue.code === 'invalid_type' ? 2 : 1);
    }, 0);
  return [...branches].sort((left, right) => weight(left) - weight(right))[0];
}

function expectedOfUnion(branches: readonly (readonly Issue[])[]): string {
  const kinds = branches.map((issues) => {
    const [first] = issues;
    return first === undefined ? 'something else' : expectedOf(first);
  });
  return [...new Set(kinds)].join(', or ');
}

function expectedOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kindName(issue.expected);
    case 'invalid_value':
      return issue.values.map(String).join(', ');
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty';
      return `${issue.origin === 'array' ? 'a list of ' : ''}at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}${issue.origin === 'string' ? ' characters' : ''}`;
    case 'invalid_format':
      return issue.message.startsWith('Invalid ') ? (FORMATS[issue.format] ?? issue.format) : issue.message;
    default:
      return issue.message;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  guid: 'a GUID',
  uuid: 'a GUID',
  url: 'a URL',
  regex: 'another form',
};

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'members with values',
  record: 'members with values',
  array: 'a list',
};

function kindName(kind: string): string {
  return KINDS[kind] ?? kind;
}

/** The schemas that may stand at `path` within `schema`: several where there are unions. */
function descend(schema: z.core.$ZodType, path: Path): z.core.$ZodType[] {
  let here = unwrap(schema);
  for (const part of path) {
    here = here.flatMap((one) => {
      const { def } = one._zod;
      const kind = def as unknown as {
        type: string;
        shape?: Record<string, z.core.$ZodType>;
        element?: z.core.$ZodType;
        valueType?: z.core.$ZodType;
      };
      const next =
        kind.type === 'object'
          ? kind.shape?.[String(part)]
          : kind.type === 'array'
            ? kind.element
            : kind.valueType;
      return next === undefined ? [] : unwrap(next);
    });
  }
  return here;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType[] {
  const def = schema._zod.def as unknown as {
    type: string;
    innerType?: z.core.$ZodType;
    options?: z.core.$ZodType[];
  };
  if (def.type === 'union') return (def.options ?? []).flatMap(unwrap);
  return def.innerType === undefined ? [schema] : unwrap(def.innerType);
}

/** The texts that a schema gives as examples, where it gives any: the states that there are. */
export function statesOf(schema: z.core.$ZodType): readonly string[] | undefined {
  const examples = z.globalRegistry.get(schema)?.['examples'];
  return Array.isArray(examples) ? examples.map(String) : undefined;
}

function namesIn(schema: z.core.$ZodType): string[] {
  const def = schema._zod.def as unknown as { shape?: Record<string, unknown> };
  return Object.keys(def.shape ?? {});
}
