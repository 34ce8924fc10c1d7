import { headerValues, type HttpAnswer, type HttpRequest } from '../../model/http.ts';
import { getIn, setIn } from '../../std/persistent-map.ts';
import { jsonAnswer } from './answers.ts';
import { readQuery } from './query.ts';
import type { Turn } from './turn.ts';
import { guidOf } from './valid-text.ts';

const NAMES = ['grant_type', 'merchant_vat', 'client_id', 'client_secret', 'scope'];
const decoder = new TextDecoder('utf-8');

/**
 * POST /integrator-authentication/connect/token (pos-v10.md 1.5). A client id is registered with the secret it first comes with.
 * A merchant_vat that is no VAT number is let through here, as the API's 1182 on later calls implies.
 */
export function getToken(turn: Turn, request: HttpRequest): HttpAnswer {
  const type = headerValues(request.headers, 'Content-Type').join(',').toLowerCase();
  // The documentation once wrote `x-www-urlencoded`.
  if (!type.includes('urlencoded') || request.body.length > 65_536) return oauthError(400, 'invalid_request');
  const form = readQuery(decoder.decode(request.body), NAMES);
  if (form.repeated !== undefined) return oauthError(400, 'invalid_request');
  const client = credentialsOf(request, form.values['client_id'], form.values['client_secret']);
  if (client === undefined) return oauthError(401, 'invalid_client');
  const known = getIn(turn.state.integrators, client.id);
  if (known !== undefined && known !== client.secret) return oauthError(401, 'invalid_client');
  const grant = form.values['grant_type'];
  if (grant === undefined) return oauthError(400, 'invalid_request');
  if (grant !== 'client_credentials') return oauthError(400, 'unsupported_grant_type');

  for (const name of form.unknown)
    turn.warnings.push(`unknown form member ${JSON.stringify(name)} was ignored`);
  const accessToken = `${turn.ids()}${turn.ids()}`.replaceAll('-', '').toLowerCase();
  const vat = form.values['merchant_vat'];
  const token = { integrator: client.id, issuedAt: turn.now, ...(vat === undefined ? {} : { vat }) };
  turn.state = {
    ...turn.state,
    integrators: setIn(turn.state.integrators, client.id, client.secret),
    tokens: setIn(turn.state.tokens, accessToken, token),
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
  return clientId === undefined || secret === undefined || secret === ''
    ? undefined
    : { id: clientId, secret };
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
