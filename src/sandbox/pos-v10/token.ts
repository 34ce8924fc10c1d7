import { headerValues, type HttpAnswer, type HttpRequest } from '../../model/http.ts';
import { emptyMap, entriesOf, getIn, setIn } from '../../std/persistent-map.ts';
import { jsonAnswer } from './answers.ts';
import { shown } from './call.ts';
import { readQuery } from './query.ts';
import type { SandboxState, Token } from './state.ts';
import { note, type Turn } from './turn.ts';
import { guidOf } from './valid-text.ts';

const NAMES = ['grant_type', 'merchant_vat', 'client_id', 'client_secret', 'scope'];
const decoder = new TextDecoder('utf-8');
/** Bytes; far more than the documented form has. */
const MOST_FORM = 8192;
/** Characters of a secret, and of a merchant_vat, which may be wrong but not endless. */
const MOST_SECRET = 512;
const MOST_VAT = 40;
/** So many of each are kept: whoever may ask for tokens must not be able to fill the memory. */
const MOST_TOKENS = 10_000;
const MOST_INTEGRATORS = 10_000;

/**
 * POST /integrator-authentication/connect/token (pos-v10.md 1.5). A client id is registered with the secret it first comes with.
 * A merchant_vat that is no VAT number is let through here, as the API's 1182 on later calls implies.
 */
export function getToken(turn: Turn, request: HttpRequest): HttpAnswer {
  const type = headerValues(request.headers, 'Content-Type').join(',').toLowerCase();
  // The documentation once wrote `x-www-urlencoded`.
  if (!type.includes('urlencoded') || request.body.length > MOST_FORM)
    return oauthError(400, 'invalid_request');
  const form = readQuery(decoder.decode(request.body), NAMES);
  if (form.repeated !== undefined) return oauthError(400, 'invalid_request');
  const client = credentialsOf(request, form.values['client_id'], form.values['client_secret']);
  if (client === undefined) return oauthError(401, 'invalid_client');
  const { integrators } = turn.state;
  const known = getIn(integrators, client.id);
  if (known === undefined ? integrators.size >= MOST_INTEGRATORS : known !== client.secret) {
    note(
      turn,
      known === undefined
        ? `401: there are ${String(MOST_INTEGRATORS)} integrators already`
        : '401: it is another secret than the first of this client id',
    );
    return oauthError(401, 'invalid_client');
  }
  const grant = form.values['grant_type'];
  if (grant === undefined) return oauthError(400, 'invalid_request');
  if (grant !== 'client_credentials') return oauthError(400, 'unsupported_grant_type');

  for (const name of form.unknown) note(turn, `unknown form member ${shown(name)} was ignored`);
  const accessToken = `${turn.ids()}${turn.ids()}`.replaceAll('-', '').toLowerCase();
  const vat = form.values['merchant_vat'];
  if (vat !== undefined && vat.length > MOST_VAT) return oauthError(400, 'invalid_request');
  const token = {
    integrator: client.id,
    issuedAt: turn.now,
    ...(vat === undefined ? {} : { vat: alone(vat) }),
  };
  turn.state = {
    ...turn.state,
    integrators: setIn(integrators, client.id, client.secret),
    tokens: setIn(withRoom(turn), accessToken, token),
  };
  return jsonAnswer(
    200,
    {
      access_token: accessToken,
      expires_in: turn.state.settings.tokenLifetime,
      token_type: 'Bearer',
      scope: 'integrator_scope',
    },
    [['Cache-Control', 'no-store']],
  );
}

/** The tokens, without those that have ended where there are too many, and without the older half where that is not enough. */
function withRoom({ state, now }: Turn): SandboxState['tokens'] {
  const { tokens, settings } = state;
  if (tokens.size < MOST_TOKENS) return tokens;
  const good = [...entriesOf(tokens)]
    .filter(([, { issuedAt }]) => !settings.tokensAge || now < issuedAt + settings.tokenLifetime * 1000)
    .sort(([, one], [, two]) => two.issuedAt - one.issuedAt);
  return good
    .slice(0, MOST_TOKENS / 2)
    .reduce((kept, [text, token]) => setIn(kept, text, token), emptyMap<Token>());
}

/** The same text on its own: a part of a body would keep the whole body in memory. */
function alone(text: string): string {
  return Buffer.from(text).toString();
}

function oauthError(status: number, error: string): HttpAnswer {
  return jsonAnswer(status, { error }, status === 401 ? [['WWW-Authenticate', 'Basic']] : []);
}

/** Client id (a GUID) and secret from Basic authentication, or from the form where there is none (client_secret_post). */
function credentialsOf(
  request: HttpRequest,
  formId: string | undefined,
  formSecret: string | undefined,
): { readonly id: string; readonly secret: string } | undefined {
  const values = headerValues(request.headers, 'Authorization');
  if (values.length > 1) return undefined;
  let [id, secret] = [formId, formSecret];
  if (values[0] !== undefined) {
    const text = base64Decoded(/^basic +([\w+/=-]+)$/i.exec(values[0].trim())?.[1]);
    const at = text?.indexOf(':') ?? -1;
    if (text === undefined || at < 0) return undefined;
    [id, secret] = [text.slice(0, at), text.slice(at + 1)];
  }
  const clientId = guidOf(id);
  return clientId === undefined || secret === undefined || secret === '' || secret.length > MOST_SECRET
    ? undefined
    : { id: alone(clientId), secret: alone(secret) };
}

/** Base64, its URL form too (SWTOK says base64url). */
function base64Decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
  } catch {
    return undefined;
  }
}
