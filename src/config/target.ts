import type { Config } from '../model/config.ts';
import type { Problem } from '../model/problem.ts';
import { fileProblem, type Found } from './file.ts';
import { httpUrl, isLoopback, isProduction } from './hosts.ts';
import type { Layers } from './layers.ts';
import { resolvePath } from './paths.ts';
import { givenText, wrongSetting, type Given } from './settings.ts';

type Target = Config['target'];
type Remote = Extract<Target, { kind: 'remote' }>;

const EMBEDDED: Target = { kind: 'embedded' };
/** The client secret of a target that was given as a flag. */
const SECRET_VARIABLE = 'POSCERT_CLIENT_SECRET';

/** The sandbox to certify against: the embedded one, or a remote one that isn't production's. */
export function targetOf(layers: Layers, allowPlain: boolean): Target {
  const { flags, environment, found, sources } = layers;
  const given = givenText(flags, environment, 'target');
  if (given !== undefined) {
    sources['target'] = given.source;
    return given.text === 'embedded' ? EMBEDDED : remoteAt(layers, given, allowPlain);
  }
  const target = found?.file.target;
  sources['target'] = target === undefined ? 'default' : 'file';
  if (found === undefined || target === undefined || target === 'embedded') return EMBEDDED;
  for (const name of ['baseUrl', 'authBaseUrl'] as const)
    checkUrl(layers, target[name], allowPlain, (code, data) =>
      fileProblem(found, ['target', name], code, data),
    );
  checkSecret(layers, found, target.clientSecret);
  const { ca, clientSecret, testUsers } = target;
  return {
    kind: 'remote',
    baseUrl: target.baseUrl.replace(/\/+$/, ''),
    authBaseUrl: target.authBaseUrl.replace(/\/+$/, ''),
    clientSecret: located(layers.root, clientSecret),
    ...(ca === undefined ? {} : { ca: resolvePath(layers.root, ca) }),
    ...(testUsers === undefined ? {} : { testUsers }),
  };
}

/** An origin; the bases are derived from it as documented (pos-v10.md 1.1). Its secret comes from the file's target or from the environment. */
function remoteAt(layers: Layers, given: Given, allowPlain: boolean): Target {
  const { problems, found, environment, root } = layers;
  const url = httpUrl(given.text);
  if (
    url === undefined ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.username !== ''
  ) {
    problems.push(
      wrongSetting(given.label, 'embedded, or an origin such as https://sandbox.example', given.text),
    );
    return EMBEDDED;
  }
  checkUrl(layers, url.origin, allowPlain, (code, data) => ({
    code,
    data: { setting: given.label, ...data },
  }));
  const inFile = found?.file.target;
  const secret: Remote['clientSecret'] =
    typeof inFile === 'object' ? located(root, inFile.clientSecret) : { env: SECRET_VARIABLE };
  if ('env' in secret && environment[secret.env] === undefined)
    problems.push({ code: 'secret-missing', data: { variable: secret.env } });
  return {
    kind: 'remote',
    baseUrl: `${url.origin}/pos/v10`,
    authBaseUrl: `${url.origin}/integrator-authentication`,
    clientSecret: secret,
    ...(typeof inFile === 'object' && inFile.ca !== undefined ? { ca: resolvePath(root, inFile.ca) } : {}),
    ...(typeof inFile === 'object' && inFile.testUsers === true ? { testUsers: true } : {}),
  };
}

function checkUrl(
  layers: Layers,
  url: string,
  allowPlain: boolean,
  problem: (code: string, data: Problem['data']) => Problem,
): void {
  const parsed = httpUrl(url);
  if (parsed === undefined || parsed.username !== '' || parsed.password !== '')
    layers.problems.push(problem('target-url', { url: parsed === undefined ? url : parsed.origin }));
  else if (isProduction(url)) layers.problems.push(problem('production-host', { url }));
  else if (parsed.protocol === 'http:' && !isLoopback(url) && !allowPlain)
    layers.problems.push(problem('target-plain', { url }));
}

function checkSecret(layers: Layers, found: Found, secret: Remote['clientSecret']): void {
  if (!('env' in secret) || layers.environment[secret.env] !== undefined) return;
  layers.problems.push(
    fileProblem(found, ['target', 'clientSecret', 'env'], 'secret-missing', { variable: secret.env }),
  );
}

function located(root: string, secret: Remote['clientSecret']): Remote['clientSecret'] {
  return 'file' in secret ? { file: resolvePath(root, secret.file) } : secret;
}
