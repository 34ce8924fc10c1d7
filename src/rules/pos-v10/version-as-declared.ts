import { headerValue } from '../../model/http.ts';
import type { JsonObject } from '../../model/json.ts';
import { isPosCall, VERSION_HEADER } from './operations.ts';
import { ruleOf } from './rule.ts';

/** O7: the version in the header and the one the client says of itself are the one that is to be certified. */
export const versionAsDeclared = ruleOf('version-as-declared', 'must', (session, notes, context) => {
  let said: string | undefined;
  let compared = false;
  for (const { record, exchange } of session.moments) {
    if (record.kind === 'lane-started') {
      said = record.client.version;
      compared = false;
    }
    if (record.kind !== 'request' || exchange === undefined || !isPosCall(record.operation)) continue;
    const got = headerValue(record.headers, VERSION_HEADER);
    const declared = context.declaredVersion ?? said;
    if (got === undefined || declared === undefined) continue;
    notes.examine(exchange);
    const source = context.declaredVersion === undefined ? 'initialize' : 'configuration';
    const data = (where: string, value: string): JsonObject => ({
      where,
      got: value,
      expected: declared,
      source,
    });
    if (got !== declared) notes.find('version-differs', [exchange], data('header', got));
    if (!compared && said !== undefined && said !== declared)
      notes.find('version-differs', [exchange], data('initialize', said));
    compared = true;
  }
});
