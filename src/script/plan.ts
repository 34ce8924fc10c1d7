import type { Header } from '../model/http.ts';
import type { Operation } from '../model/operation.ts';
import type { FaultKind, Plan } from '../model/plan.ts';
import { answerSchemas } from '../model/case-file.ts';
import { durationMs } from '../model/config.ts';
import { isJsonObject, type JsonValue } from '../model/json.ts';
import { nodeAt, problemAt, type Path } from '../model/located.ts';
import { check, unknownName } from '../model/schema-problems.ts';
import { asJson, complain, take, type Scope } from './scope.ts';

const FORWARD: Plan = { kind: 'forward' };

/** What an `answer` asks of the gateway; without one the request is forwarded. Undefined where it is wrong. */
export function planAt(scope: Scope, path: Path, operations: readonly Operation[]): Plan | undefined {
  const node = nodeAt(scope.located.root, path);
  if (node === undefined || node.value === 'forward') return FORWARD;
  if (!isJsonObject(node.value)) {
    complain(scope, path, 'wrong-value', { member: 'answer', expected: KINDS, got: node.value });
    return undefined;
  }
  const names = Object.keys(node.value);
  if (names.includes('fault')) return faultPlan(scope, path, operations);
  if (names.includes('status')) return statusPlan(scope, path);
  if (names.includes('patch')) {
    const given = take(scope, check(scope.located, path, answerSchemas.patch));
    const patch = given === undefined ? undefined : asJson(given.patch);
    return isJsonObject(patch) ? { kind: 'patch', patch } : undefined;
  }
  const [first] = names;
  scope.problems.push(
    first === undefined
      ? problemAt(scope.located, path, 'wrong-value', { member: 'answer', expected: KINDS, got: {} })
      : unknownName(scope.located, [...path, first], 'unknown-member', first, ['status', 'fault', 'patch']),
  );
  return undefined;
}

const KINDS = 'forward, or one of { status: … }, { fault: … }, { patch: … }';

function statusPlan(scope: Scope, path: Path): Plan | undefined {
  const given = take(scope, check(scope.located, path, answerSchemas.status));
  if (given === undefined) return undefined;
  const body = given.body === undefined ? undefined : asJson(given.body);
  const headers: Header[] = Object.entries(given.headers ?? {});
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
  if (body !== undefined && typeof body !== 'string' && !typed)
    headers.unshift(['Content-Type', 'application/json']);
  return {
    kind: 'status',
    status: given.status,
    ...(headers.length === 0 ? {} : { headers }),
    ...(body === undefined ? {} : { body: textOf(body) }),
    processed: given.processed ?? false,
  };
}

function textOf(body: JsonValue): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function faultPlan(scope: Scope, path: Path, operations: readonly Operation[]): Plan | undefined {
  const given = take(scope, check(scope.located, path, answerSchemas.fault));
  if (given === undefined) return undefined;
  const processed = given.processed ?? usually(given.fault, operations);
  if (processed === undefined) {
    complain(scope, [...path, 'fault'], 'processed-missing', { fault: given.fault });
    return undefined;
  }
  const delayMs = given.delay === undefined ? undefined : durationMs(given.delay);
  return { kind: 'fault', fault: given.fault, processed, ...(delayMs === undefined ? {} : { delayMs }) };
}

/** Whether a disturbed request is carried out where the case does not say (case-language.md, `processed`); undefined: it has to. */
function usually(fault: FaultKind, operations: readonly Operation[]): boolean | undefined {
  switch (fault) {
    case 'hold':
      return undefined;
    case 'reset':
      return false;
    case 'truncated':
    case 'malformed':
    case 'slow':
      return true;
    case 'timeout': {
      const carriedOut = operations.map((one) => one.creates === true || one.method === 'DELETE');
      return carriedOut.every((one) => one === carriedOut[0]) ? carriedOut[0] : undefined;
    }
  }
}
