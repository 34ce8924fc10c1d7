import { headerValues } from '../../model/http.ts';
import { isPosCall, VERSION_HEADER } from './operations.ts';
import { ruleOf } from './rule.ts';

/** O6: every PoS call states the version of the client once, as three numbers. */
export const versionHeader = ruleOf('version-header', 'must', (session, notes) => {
  for (const exchange of session.exchanges) {
    if (!isPosCall(exchange.request.operation)) continue;
    notes.examine(exchange);
    const got = headerValues(exchange.request.headers, VERSION_HEADER);
    if (got.length === 0) notes.find('version-missing', [exchange], { header: VERSION_HEADER });
    else if (got.length > 1 || !/^\d+\.\d+\.\d+$/.test(got[0] ?? ''))
      notes.find('version-malformed', [exchange], { header: VERSION_HEADER, got });
  }
});
