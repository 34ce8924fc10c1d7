import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormatsModule from 'ajv-formats';
import { parse } from 'yaml';

// The package is CommonJS: what it exports as default is the function itself.
const addFormats = addFormatsModule as unknown as (ajv: Ajv | Ajv2020) => void;

type Node = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly node: Node;
}

/** What a description says about answers. */
export interface Description {
  readonly document: Node;
  readonly operations: readonly Operation[];
  at(pointer: string): unknown;
  /** What is wrong with an answer to this call; empty where it fits. */
  faults(method: string, path: string, status: number, body: string): string[];
}

const OWN = new URL('../../schema/openapi.yaml', import.meta.url);
const OFFICIAL = new URL('../../../shared/reference/pos-openapi-10.2.6.yaml', import.meta.url);

export const ownText = readFileSync(OWN, 'utf8');

export function ownDescription(): Description {
  return describeBy(ownText, new Ajv2020({ strict: false, allErrors: true }), (schema) => schema);
}

/** The description that MobilePay published, where this machine has it. */
export function officialDescription(): Description | undefined {
  if (!existsSync(OFFICIAL)) return undefined;
  return describeBy(readFileSync(OFFICIAL, 'utf8'), new Ajv({ strict: false, allErrors: true }), withNull);
}

/** OpenAPI 3.0 says `nullable`, which JSON Schema does not know; enums of nullable members would refuse null. */
function withNull(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withNull);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.entries(node).filter(
    ([name]) => !['nullable', 'example', 'readOnly'].includes(name),
  );
  const rest = Object.fromEntries(members.map(([name, value]) => [name, withNull(value)]));
  return 'nullable' in node && node.nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}

function describeBy(text: string, ajv: Ajv | Ajv2020, adapt: (schema: unknown) => unknown): Description {
  addFormats(ajv);
  ajv.addFormat('decimal', true);
  const document = parse(text) as Node;
  const adapted = {
    ...(adapt({ components: document['components'] }) as object),
    $id: 'https://description.test/',
  };
  ajv.addSchema(adapted);
  const at = (pointer: string): unknown =>
    pointer
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((node, part) => {
        const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
        return (node as Node | undefined)?.[name];
      }, document);
  const operations = Object.entries(document['paths'] as Node).flatMap(([path, methods]) =>
    Object.entries(methods as Node)
      .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
      .map(([method, node]) => ({
        operationId: String((node as Node)['operationId']),
        method: method.toUpperCase(),
        path,
        node: node as Node,
      })),
  );
  const compiled = new Map<string, ValidateFunction>();
  const validator = (ref: string, schema: unknown): ValidateFunction => {
    let found = compiled.get(ref);
    if (found === undefined) {
      const text = JSON.stringify(adapt(schema)).replaceAll('"#/', '"https://description.test/#/');
      found = ajv.compile(JSON.parse(text) as object);
      compiled.set(ref, found);
    }
    return found;
  };
  return {
    document,
    operations,
    at,
    faults(method, path, status, body) {
      const operation = operationOf(operations, method, path);
      if (operation === undefined) return [`no operation for ${method} ${path}`];
      const listed = (operation.node['responses'] as Node)[String(status)] as Node | undefined;
      if (listed === undefined) return [`${operation.operationId} has no answer ${status}`];
      const answer = (typeof listed['$ref'] === 'string' ? at(listed['$ref']) : listed) as Node;
      const content = answer['content'] as Record<string, { schema: unknown }> | undefined;
      if (content === undefined)
        return body === '' ? [] : [`${operation.operationId} ${status} has a body: ${body}`];
      const schema = content['application/json']?.schema;
      if (body === '') return [`${operation.operationId} ${status} has no body`];
      const validate = validator(`${operation.operationId} ${status}`, schema);
      const value = JSON.parse(body) as Node;
      const codes = answer['x-codes'] as readonly string[] | undefined;
      const strange =
        codes !== undefined && !codes.includes(String(value['code']))
          ? [`${operation.operationId} ${status} does not list the code ${String(value['code'])}`]
          : [];
      if (validate(value)) return strange;
      return [
        ...strange,
        ...(validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}: ${body}`),
      ];
    },
  };
}

/** Literal segments beat parameters. */
function operationOf(operations: readonly Operation[], method: string, path: string): Operation | undefined {
  const segments = path.split('/');
  return operations
    .filter((operation) => operation.method === method)
    .filter(({ path: template }) => {
      const wanted = template.split('/');
      return (
        wanted.length === segments.length &&
        wanted.every(
          (part, index) => part.startsWith('{') || part.toLowerCase() === segments[index]?.toLowerCase(),
        )
      );
    })
    .sort((one, two) => one.path.split('{').length - two.path.split('{').length)[0];
}
