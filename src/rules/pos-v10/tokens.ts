import { headerValues } from '../../model/http.ts';
import { textMember } from '../../model/json.ts';
import type { Exchange, Session } from './exchange-log.ts';
import { answerOf } from './fates.ts';

/** The token of an `Authorization: Bearer …` header (in a recording a tag: equal secrets have equal tags). */
export function bearerOf(exchange: Exchange): string | undefined {
  const values = headerValues(exchange.request.headers, 'authorization');
  return values.length === 1 ? /^bearer +(\S+)$/i.exec(values[0] ?? '')?.[1] : undefined;
}

/** A token as it was issued, and whether the request for it named a merchant. */
export interface Issued {
  readonly token: string;
  readonly withMerchant: boolean;
  readonly exchange: Exchange;
}

/** The tokens issued in a session, in order. */
export function tokensOf(session: Session): Issued[] {
  return session.exchanges.flatMap((exchange) => {
    if (exchange.request.operation !== 'getToken') return [];
    const token = textMember(answerOf(exchange), 'access_token');
    const form = new URLSearchParams(exchange.request.text ?? '');
    return token === undefined
      ? []
      : [{ token, withMerchant: (form.get('merchant_vat') ?? '') !== '', exchange }];
  });
}
