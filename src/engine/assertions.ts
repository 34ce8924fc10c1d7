import type { JsonObject, JsonValue } from '../model/json.ts';
import { headerValue } from '../model/http.ts';
import type { Finding } from '../model/obligation.ts';
import type { Expectation } from '../model/case.ts';
import type { AnswerContent, CaseContext, RequestRecord, Seen } from './state.ts';
import { compareMembers, sameJson, type Difference } from './members.ts';
import type { Names } from './values.ts';
import { titleOf } from './traffic.ts';

/** What an assertion came to: the first thing wrong, and the values saved. */
export interface Asserted {
  readonly finding?: Finding;
  readonly saves: JsonObject;
}

/** A finding of the engine: always `must`, it fails its case. */
export function must(
  context: CaseContext,
  code: string,
  exchanges: readonly number[],
  data: JsonObject,
): Finding {
  return { code, level: 'must', case: context.case.id, exchanges, data };
}

function differ(
  context: CaseContext,
  expectation: Expectation,
  exchange: number,
  where: string,
  expected: JsonValue,
  got: JsonValue | undefined,
  differences: readonly Difference[],
): Finding {
  return must(context, 'members-differ', [exchange], {
    where,
    operation: titleOf(expectation),
    line: expectation.line,
    expected,
    got: got ?? null,
    differences: differences.map((difference) => ({ ...difference })),
  });
}

/** What an expectation asks of the request itself. `previous` is the exchange that met the expectation before it. */
export function assertRequest(
  context: CaseContext,
  expectation: Expectation,
  request: RequestRecord,
  previous: Seen | undefined,
  names: Names,
): Asserted {
  const saves: JsonObject = {};
  const headers = Object.fromEntries(request.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const parts: readonly [string, JsonObject | undefined, JsonValue | undefined][] = [
    ['query', expectation.query, request.query as JsonObject],
    ['headers', lowerCased(expectation.headers), headers],
    ['body', expectation.body, request.json],
  ];
  for (const [where, expected, got] of parts) {
    if (expected === undefined) continue;
    const compared = compareMembers(expected, got, names);
    if (compared.differences.length > 0)
      return {
        finding: differ(context, expectation, request.exchange, where, expected, got, compared.differences),
        saves,
      };
    Object.assign(saves, compared.saves);
  }
  if (expectation.path !== undefined)
    Object.assign(saves, compareMembers(expectation.path, { ...request.params }, names).saves);
  const finding =
    expectation.retryOf === undefined ? undefined : assertRetry(context, expectation, request, previous);
  return finding === undefined ? { saves } : { finding, saves };
}

function lowerCased(headers: JsonObject | undefined): JsonObject | undefined {
  return (
    headers && Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  );
}

function assertRetry(
  context: CaseContext,
  expectation: Expectation,
  request: RequestRecord,
  previous: Seen | undefined,
): Finding | undefined {
  if (previous === undefined) return undefined;
  const wrong = differenceOfRetry(context, previous.request, request);
  if (wrong === undefined) return undefined;
  return must(context, 'not-a-retry', [previous.request.exchange, request.exchange], {
    operation: titleOf(expectation),
    line: expectation.line,
    ...wrong,
  });
}

/** In what `request` differs from a retry of `before`: same operation and path, same key, equal body. */
export function differenceOfRetry(
  context: CaseContext,
  before: RequestRecord,
  request: RequestRecord,
): JsonObject | undefined {
  const wrong = (what: string, expected: JsonValue | undefined, got: JsonValue | undefined): JsonObject => ({
    what,
    expected: expected ?? null,
    got: got ?? null,
  });
  if (before.operation !== request.operation) return wrong('operation', before.operation, request.operation);
  if (!sameJson({ ...before.params }, { ...request.params }))
    return wrong('path', before.target, request.target);
  const creates = context.operations.get(request.operation ?? '')?.creates === true;
  const [expected, got] = [before, request].map((one) => headerValue(one.headers, context.keyHeader));
  if (creates && expected !== got) return wrong('key', expected, got);
  const bodies = [before.json ?? before.text, request.json ?? request.text];
  return sameJson(bodies[0], bodies[1]) ? undefined : wrong('body', bodies[0], bodies[1]);
}

/** What an expectation asks of the answer, as it is to be delivered (what the sandbox said, where it is withheld). */
export function assertAnswer(
  context: CaseContext,
  expectation: Expectation,
  exchange: number,
  answer: AnswerContent | undefined,
  names: Names,
): Asserted {
  if (answer === undefined) return { saves: {} };
  const untouched = expectation.plan.kind === 'forward' || expectation.plan.kind === 'patch';
  const lawful =
    expectation.answeredWith?.includes(answer.status) ??
    (!untouched || (answer.status >= 200 && answer.status < 300));
  if (!lawful) {
    const expected = expectation.answeredWith?.join(', ') ?? '2xx';
    return {
      finding: differ(context, expectation, exchange, 'status', expected, answer.status, [
        { member: 'status', expected, got: answer.status },
        ...(answer.json === undefined ? [] : [{ member: 'body', expected: '', got: answer.json }]),
      ]),
      saves: {},
    };
  }
  if (expectation.answered === undefined) return { saves: {} };
  const compared = compareMembers(expectation.answered, answer.json, names);
  if (compared.differences.length === 0) return { saves: compared.saves };
  return {
    finding: differ(
      context,
      expectation,
      exchange,
      'answer',
      expectation.answered,
      answer.json,
      compared.differences,
    ),
    saves: compared.saves,
  };
}
