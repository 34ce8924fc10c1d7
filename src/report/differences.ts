import type { JsonObject } from '../model/json.ts';
import { member, textMember } from '../model/json.ts';
import type { Finding } from '../model/obligation.ts';

/** One member that is not as it should be; `got` is absent where there was none. */
export interface Difference {
  readonly member: string;
  readonly expected?: string;
  readonly got?: string;
}

/** What was expected beside what came, as JSON texts. */
export function differencesOf(finding: Finding): readonly Difference[] {
  const { data } = finding;
  const listed = member(data, 'differences');
  if (Array.isArray(listed) && listed.length > 0)
    return listed.map((one) =>
      row(textMember(one, 'member') ?? '', member(one, 'expected'), member(one, 'got')),
    );
  const expected = member(data, 'expected');
  const got = member(data, 'got') ?? member(data, 'found');
  if (got === undefined) return [];
  return [
    row(
      textMember(data, 'what') ?? textMember(data, 'where') ?? textMember(data, 'member') ?? '',
      expected,
      got,
    ),
  ];
}

function row(name: string, expected: unknown, got: unknown): Difference {
  return {
    member: name,
    ...(expected === undefined ? {} : { expected: JSON.stringify(expected) }),
    ...(got === undefined ? {} : { got: JSON.stringify(got) }),
  };
}

/** The last lines of the client's log, where a finding or a reason has them. */
export function logLines(data: JsonObject): readonly string[] {
  const lines = member(data, 'stderr');
  return Array.isArray(lines) ? lines.filter((line) => typeof line === 'string') : [];
}
