import { headerValues } from '../../model/http.ts';
import { member } from '../../model/json.ts';
import { apiCodeOf } from './fates.ts';
import { isPosCall, VAT_HEADER } from './operations.ts';
import { ruleOf } from './rule.ts';
import { bearerOf, tokensOf } from './tokens.ts';

/** The API's codes for a VAT number that is missing, doubled or wrong. */
const VAT_CODES = new Set(['1151', '1155', '1159']);

/** O5: the merchant is stated by the VAT header, or by a token that was asked for with `merchant_vat`. */
export const merchantStated = ruleOf('merchant-stated', 'must', (session, notes) => {
  const tokens = tokensOf(session);
  const expected = member(member(session.started?.given, 'api'), 'merchantVat') ?? null;
  for (const exchange of session.exchanges) {
    if (!isPosCall(exchange.request.operation)) continue;
    const values = headerValues(exchange.request.headers, VAT_HEADER);
    const token = tokens.find((one) => one.token === bearerOf(exchange));
    if (values.length === 0) {
      if (token === undefined && !VAT_CODES.has(apiCodeOf(exchange) ?? '')) continue;
      notes.examine(exchange);
      if (token?.withMerchant !== true) notes.find('merchant-not-stated', [exchange], { header: VAT_HEADER });
      continue;
    }
    notes.examine(exchange);
    if (values.length > 1 || !/^[A-Z]{2}\d+$/.test(values[0] ?? ''))
      notes.find('merchant-malformed', [exchange], { header: VAT_HEADER, got: values });
    else if (expected !== null && values[0] !== expected)
      notes.find('merchant-differs', [exchange], { header: VAT_HEADER, got: values[0] ?? '', expected });
  }
});
