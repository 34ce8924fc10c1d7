import { networkInterfaces } from 'node:os';
import { member, textMember, type JsonObject, type JsonValue } from '../model/json.ts';
import { oneLine } from '../report/terminal-text.ts';
import type { Host } from '../serve.ts';
import type { Tool } from './tool.ts';

interface Shown extends JsonObject {
  storeId: string;
  name: string;
  merchantVat: string;
  merchantBrandId: string;
  merchantLocationId: string;
}

/** What `--json` prints (sandbox.md). */
export function addresses({ apiOrigin, controlOrigin, stores }: Host): JsonObject {
  return {
    baseUrl: `${apiOrigin}/pos/v10`,
    authBaseUrl: `${apiOrigin}/integrator-authentication`,
    controlUrl: controlOrigin,
    stores: storesOf(stores),
  };
}

function storesOf(stores: JsonValue): Shown[] {
  return (Array.isArray(stores) ? stores : [])
    .map((store) => ({
      storeId: textMember(store, 'id') ?? '',
      name: textMember(store, 'name') ?? '',
      merchantVat: textMember(store, 'merchantVat') ?? '',
      merchantBrandId: textMember(store, 'merchantBrandId') ?? '',
      merchantLocationId: textMember(store, 'merchantLocationId') ?? '',
      activated: (store as JsonObject)['activated'] ?? true,
      balance: (store as JsonObject)['balance'] ?? 0,
    }))
    .sort((one, two) => (sortKey(one) < sortKey(two) ? -1 : 1));
}

/** The merchant of the certification comes first, and its first store. */
function sortKey({ merchantVat, merchantLocationId }: Shown): string {
  return `${merchantVat === 'DK90000028' ? '' : merchantVat} ${merchantLocationId}`;
}

/** What a person is told when the sandbox listens: where, what was there already, and the first two calls. */
export function greeting(host: Host, tool: Tool, stateFile: string | undefined): string {
  const { apiOrigin, controlOrigin } = host;
  const insecure = apiOrigin.startsWith('https:') ? '-k ' : '';
  const rows = storesOf(host.stores).map((store) => {
    const { storeId, merchantVat, merchantBrandId, merchantLocationId, activated } = store;
    const idle = activated === false ? '  not activated' : '';
    return `  ${storeId}  ${merchantVat}  ${merchantBrandId} ${merchantLocationId}${idle}`;
  });
  return [
    `The MobilePay PoS V10 sandbox of poscert ${tool.version} is listening.`,
    '',
    `  API          ${apiOrigin}/pos/v10`,
    `  Tokens       ${apiOrigin}/integrator-authentication/connect/token`,
    `  Description  ${apiOrigin}/openapi.yaml`,
    `  Page         ${controlOrigin}/   (the customer, the clock and what happened)`,
    `  Control      ${controlOrigin}   (the same for scripts; ${controlOrigin}/help lists its calls)`,
    ...elsewhere(host),
    ...wentOn(host, stateFile),
    '',
    'Stores:',
    ...rows,
    '',
    'Try it: any GUID with any secret is an integrator.',
    '',
    `  curl ${insecure}-u 11111111-1111-4111-8111-111111111111:secret -d grant_type=client_credentials \\`,
    `    -d merchant_vat=DK90000028 ${apiOrigin}/integrator-authentication/connect/token`,
    '',
    'and with the access_token that it answers:',
    '',
    `  curl ${insecure}-H "Authorization: Bearer $TOKEN" -H "X-MobilePay-Client-System-Version: 1.0.0" \\`,
    `    ${apiOrigin}/pos/v10/stores`,
    '',
    'A whole sale to copy is in docs/sandbox.md. Ctrl-C stops the sandbox.',
    '',
  ].join('\n');
}

/** Where other machines find it, where it listens on every address. */
function elsewhere({ listensOn, apiOrigin, controlOrigin }: Host): string[] {
  if (listensOn !== '0.0.0.0' && listensOn !== '::') return [];
  const wanted = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(
      ({ internal, family, scopeid }) =>
        !internal && (family === 'IPv4' || (listensOn === '::' && scopeid === 0)),
    );
  const port = (origin: string): string => new URL(origin).port;
  return [
    '',
    'From other machines, where whoever reaches the control API plays the customer:',
    ...wanted.map(({ address, family }) => {
      const shown = family === 'IPv6' ? `[${address}]` : address;
      return `  API https://${shown}:${port(apiOrigin)}   Control https://${shown}:${port(controlOrigin)}`;
    }),
  ];
}

function wentOn({ wentOn: before }: Host, stateFile: string | undefined): string[] {
  if (before === undefined || stateFile === undefined) return [];
  const { sizes, offsetMs } = before;
  const moved = offsetMs === 0 ? '' : `, its clock ${(offsetMs / 86_400_000).toFixed(1)} days ahead`;
  const count = (name: string): string => JSON.stringify(member(sizes, name) ?? 0);
  return [
    '',
    `It goes on from ${oneLine(stateFile)}: points of sale ${count('pointsOfSale')}, payments ${count('payments')}${moved}.`,
  ];
}
