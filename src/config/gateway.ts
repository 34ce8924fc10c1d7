import type { Config } from '../model/config.ts';
import { isLoopback } from './hosts.ts';
import { placeFor, type Layers } from './layers.ts';
import { resolvePath } from './paths.ts';
import { givenSwitch } from './settings.ts';

/** Where the gateway listens. Beyond this machine only on purpose, and encrypted unless that too is said (cli.md). */
export function gatewayOf(layers: Layers): Config['gateway'] {
  const { flags, environment, found, problems, sources, root } = layers;
  const file = found?.file.gateway ?? {};
  for (const name of Object.keys(file)) sources[`gateway.${name}`] = 'file';
  const host = file.host ?? '127.0.0.1';
  const remote = givenSwitch(flags, environment, 'allowRemote', problems);
  const plain = givenSwitch(flags, environment, 'allowPlain', problems);
  sources['gateway.allowRemote'] = remote.source;
  sources['gateway.allowPlain'] = plain.source;
  const place = placeFor(layers, undefined, ['gateway', 'host']);
  if (!isLoopback(host) && !remote.on) problems.push({ code: 'gateway-remote', ...place, data: { host } });
  else if (!isLoopback(host) && file.tls === undefined && !plain.on)
    problems.push({ code: 'gateway-plain', ...place, data: { host } });
  return {
    host,
    port: file.port ?? 0,
    ...(file.tls === undefined
      ? {}
      : { tls: { cert: resolvePath(root, file.tls.cert), key: resolvePath(root, file.tls.key) } }),
    allowRemote: remote.on,
    allowPlain: plain.on,
  };
}
