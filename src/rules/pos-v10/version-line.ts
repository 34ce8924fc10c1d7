import { headerValue } from '../../model/http.ts';
import { isPosCall, VERSION_HEADER } from './operations.ts';
import { ruleOf } from './rule.ts';

/** O7: a run certifies one line (Major.Minor); a client that changes it between lanes or over a restart isn't one version. */
export const versionLine = ruleOf('version-line', 'should', (session, notes, context, all) => {
  const expected =
    lineOf(context.declaredVersion) ??
    all
      .flatMap((one) => one.exchanges)
      .map((one) => lineOf(headerValue(one.request.headers, VERSION_HEADER)))
      .find((line) => line !== undefined);
  for (const exchange of session.exchanges) {
    if (!isPosCall(exchange.request.operation)) continue;
    const got = lineOf(headerValue(exchange.request.headers, VERSION_HEADER));
    if (got === undefined || expected === undefined) continue;
    notes.examine(exchange);
    if (got !== expected) notes.find('version-line-changed', [exchange], { got, expected });
  }
});

function lineOf(version: string | undefined): string | undefined {
  return /^(\d+\.\d+)\.\d+$/.exec(version ?? '')?.[1];
}
