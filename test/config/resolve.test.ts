import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/model/problem.ts';
import { resolveConfig, type Resolved } from '../../src/config/resolve.ts';

interface Given {
  readonly file?: string;
  readonly flags?: Record<string, unknown>;
  readonly environment?: Record<string, string>;
  readonly files?: Record<string, string>;
  readonly cwd?: string;
}

function resolve(given: Given): ReturnType<typeof resolveConfig> {
  const files: Record<string, string> = {
    ...(given.file === undefined ? {} : { '/work/acme/poscert.yaml': given.file }),
    ...given.files,
  };
  return resolveConfig({
    cwd: given.cwd ?? '/work/acme/till',
    flags: given.flags ?? {},
    environment: given.environment ?? {},
    read: (path) => files[path],
  });
}

function good(given: Given): Resolved & { readonly warnings: readonly Problem[] } {
  const resolved = resolve(given);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems, null, 1));
  return { ...resolved.value, warnings: resolved.warnings };
}

function problems(given: Given): readonly Problem[] {
  const resolved = resolve(given);
  return resolved.ok ? [] : resolved.problems;
}

function codes(given: Given): string[] {
  return problems(given).map((problem) => problem.code);
}

const FILE = `client:
  name: Acme POS
  version: "2.1.0"
  command: [python3, till.py]
  env: { TILL_MODE: test }
  patience: 45s
features: [payments]
`;

describe('without anything', () => {
  it('the SDK is run against the embedded sandbox, and nothing is certified', () => {
    const { config, sources } = good({});
    expect(config).toEqual({
      root: '/work/acme/till',
      client: { driver: 'sdk', cwd: '/work/acme/till', env: {}, patienceMs: 30_000, lanes: 'auto' },
      merchant: { vat: 'DK90000028', brandId: 'MPPOSCERT1', locationId: '00001' },
      target: { kind: 'embedded' },
      gateway: { host: '127.0.0.1', port: 0, allowRemote: false, allowPlain: false },
      certificate: { folder: '/work/acme/till/poscert-certificates', wanted: false },
      features: [],
      tier: 'certification',
      cases: [],
      maxLanes: 8,
      bail: false,
    });
    expect(new Set(Object.values(sources))).toEqual(new Set(['default']));
  });

  it('an empty file is a configuration', () => {
    expect(good({ file: '# nothing yet\n' }).config).toMatchObject({
      file: '/work/acme/poscert.yaml',
      root: '/work/acme',
      client: { driver: 'sdk' },
      certificate: { wanted: true },
    });
  });
});

describe('the file', () => {
  it('is found upwards, and paths in it are relative to it', () => {
    const { config, sources } = good({ file: `${FILE}certificate: { trust: keys/trust.yaml }\n` });
    expect(config).toMatchObject({
      file: '/work/acme/poscert.yaml',
      root: '/work/acme',
      client: {
        name: 'Acme POS',
        version: '2.1.0',
        driver: 'process',
        command: ['python3', 'till.py'],
        cwd: '/work/acme',
        env: { TILL_MODE: 'test' },
        patienceMs: 45_000,
      },
      features: ['payments'],
      certificate: {
        folder: '/work/acme/poscert-certificates',
        trust: '/work/acme/keys/trust.yaml',
        wanted: true,
      },
    });
    expect(sources).toMatchObject({
      'client.name': 'file',
      'client.command': 'file',
      features: 'file',
      tier: 'default',
    });
  });

  it('nearest to the working directory is taken', () => {
    const files = { '/work/acme/till/poscert.yaml': 'features: [refunds]\n' };
    expect(good({ file: FILE, files }).config.features).toEqual(['refunds']);
    expect(good({ files: { '/poscert.yaml': 'features: [refunds]\n' } }).config.root).toBe('/');
  });

  it('can be named, and must then be there', () => {
    const files = {
      '/work/acme/till/other.yaml': 'features: [loyalty]\n',
      '/etc/p.yaml': 'features: [refunds]\n',
    };
    expect(good({ file: FILE, files, flags: { config: 'other.yaml' } }).config.features).toEqual(['loyalty']);
    expect(
      good({ file: FILE, files, environment: { POSCERT_CONFIG: '/etc/p.yaml' } }).config.features,
    ).toEqual(['refunds']);
    expect(codes({ file: FILE, flags: { config: 'missing.yaml' } })).toEqual(['config-not-found']);
  });

  it('by another ending is pointed out', () => {
    const { warnings } = good({ files: { '/work/acme/poscert.yml': FILE } });
    expect(warnings).toMatchObject([{ code: 'config-misnamed', place: { file: '/work/acme/poscert.yml' } }]);
  });

  it('that can not be read is a problem', () => {
    const resolved = resolveConfig({
      cwd: '/a',
      flags: {},
      environment: {},
      read: () => {
        throw new Error('EACCES');
      },
    });
    expect(resolved).toMatchObject({
      ok: false,
      problems: [{ code: 'config-unreadable', data: { message: 'EACCES' } }],
    });
  });
});

describe('flags beat environment beats file beats default', () => {
  it.each([
    [
      'features',
      { features: ['refunds'] },
      { POSCERT_FEATURES: 'loyalty' },
      ['refunds'],
      ['loyalty'],
      ['payments'],
    ],
    [
      'client.name',
      { clientName: 'Flag' },
      { POSCERT_CLIENT_NAME: 'Environment' },
      'Flag',
      'Environment',
      'Acme POS',
    ],
    [
      'client.version',
      { clientVersion: '3.0.0' },
      { POSCERT_CLIENT_VERSION: '4.0.0' },
      '3.0.0',
      '4.0.0',
      '2.1.0',
    ],
  ])('%s', (name, flags, environment, byFlag, byEnvironment, byFile) => {
    const value = (given: Given): unknown => {
      const { config, sources } = good({ file: FILE, ...given });
      const [group, member] = name.split('.');
      const found =
        member === undefined ? config.features : (config.client as Record<string, unknown>)[member];
      return [group === undefined ? undefined : found, sources[name]];
    };
    expect(value({ flags, environment })).toEqual([byFlag, 'flag']);
    expect(value({ environment })).toEqual([byEnvironment, 'environment']);
    expect(value({})).toEqual([byFile, 'file']);
  });

  it('for everything else that can be said', () => {
    const { config } = good({
      file: FILE,
      flags: {
        case: ['payments/a,payments/b'],
        tier: 'all',
        lanes: '2',
        bail: true,
        seed: 's',
        certificates: 'out',
        answers: 'a.yaml',
        certificate: true,
        verbose: true,
      },
    });
    expect(config).toMatchObject({
      cases: ['payments/a', 'payments/b'],
      tier: 'all',
      maxLanes: 2,
      bail: true,
      seed: 's',
      answersFile: '/work/acme/till/a.yaml',
      certificate: { folder: '/work/acme/till/out', wanted: false },
    });
    const inEnvironment = good({
      file: FILE,
      environment: {
        POSCERT_TIER: 'all',
        POSCERT_BAIL: '1',
        POSCERT_NO_CERTIFICATE: 'true',
        POSCERT_LANES: 'auto',
      },
    });
    expect(inEnvironment.config).toMatchObject({
      tier: 'all',
      bail: true,
      maxLanes: 8,
      certificate: { wanted: false },
    });
    expect(good({ file: FILE, flags: { certificate: false } }).config.certificate.wanted).toBe(false);
  });

  it('and wrong ones are told by their names', () => {
    expect(
      problems({
        flags: { tier: 'everything', lanes: '0', clientVersion: '2.1', driver: 'proces' },
        environment: { POSCERT_BAIL: 'maybe' },
      }).map(({ code, data }) => [code, data['setting'], data['nearest']]),
    ).toEqual([
      ['setting-wrong', '--client-version', undefined],
      ['setting-wrong', '--driver', 'process'],
      ['setting-wrong', 'POSCERT_BAIL', undefined],
      ['setting-wrong', '--tier', undefined],
      ['setting-wrong', '--lanes', undefined],
    ]);
  });

  it('and a variable that means nothing is pointed out', () => {
    const { warnings } = good({
      environment: { POSCERT_FEATURE: 'x', POSCERT_SIGNING_KEY: 'k', POSCERT_METHOD: 'm', OTHER: 'o' },
    });
    expect(warnings).toMatchObject([
      { code: 'unknown-variable', data: { name: 'POSCERT_FEATURE', nearest: 'POSCERT_FEATURES' } },
    ]);
  });
});

describe('how the client is run', () => {
  it.each<[string, Given, object]>([
    [
      'a command means process',
      { file: 'client: { command: [a, b] }' },
      { driver: 'process', command: ['a', 'b'] },
    ],
    [
      'a command with oneshot',
      { file: 'client: { driver: oneshot, command: [a] }' },
      { driver: 'oneshot', command: ['a'] },
    ],
    [
      'a url means http',
      { file: 'client: { url: "http://127.0.0.1:9" }' },
      { driver: 'http', url: 'http://127.0.0.1:9' },
    ],
    [
      '--client splits as a shell would',
      { flags: { client: `python3 "my till.py" '$HOME' a\\ b ~ *` } },
      {
        driver: 'process',
        command: ['python3', 'my till.py', '$HOME', 'a b', '~', '*'],
        cwd: '/work/acme/till',
      },
    ],
    [
      '--client http://',
      { file: FILE, flags: { client: 'http://127.0.0.1:9/x' } },
      { driver: 'http', url: 'http://127.0.0.1:9/x' },
    ],
    [
      '--client keeps the way of running of the file',
      { file: 'client: { driver: oneshot, command: [a] }', flags: { client: 'b c' } },
      { driver: 'oneshot', command: ['b', 'c'] },
    ],
    [
      '--client http:// outweighs a driver of the file',
      { file: 'client: { driver: oneshot, command: [a] }', flags: { client: 'http://127.0.0.1:9' } },
      { driver: 'http' },
    ],
    [
      '--driver sdk outweighs a command of the file',
      { file: FILE, flags: { driver: 'sdk' } },
      { driver: 'sdk' },
    ],
    [
      'POSCERT_DRIVER too',
      { file: FILE, environment: { POSCERT_DRIVER: 'operator' } },
      { driver: 'operator', lanes: 1 },
    ],
    [
      'a named client with driver sdk',
      { file: 'client: { name: A, driver: sdk }' },
      { driver: 'sdk', name: 'A' },
    ],
  ])('%s', (_, given, expected) => {
    const { client } = good(given).config;
    expect(client).toMatchObject(expected);
    if (!('command' in expected) && !('url' in expected) && client.driver !== 'http')
      expect(client.command).toBeUndefined();
  });

  it.each<[string, Given, string[]]>([
    ['a name alone', { file: 'client: { name: Acme }' }, ['driver-unsaid']],
    ['--client-name alone', { flags: { clientName: 'Acme' } }, ['driver-unsaid']],
    ['process without a command', { file: 'client: { driver: process }' }, ['driver-needs']],
    ['--driver oneshot without one', { flags: { driver: 'oneshot' } }, ['driver-needs']],
    ['http without a url', { file: 'client: { driver: http }' }, ['driver-needs']],
    ['sdk with a command', { file: 'client: { driver: sdk, command: [a] }' }, ['driver-contradiction']],
    [
      'operator with a url',
      { file: 'client: { driver: operator, url: "http://a" }' },
      ['driver-contradiction'],
    ],
    [
      'http with a command',
      { file: 'client: { driver: http, command: [a] }' },
      ['driver-contradiction', 'driver-needs'],
    ],
    [
      'process with both',
      { file: 'client: { driver: process, command: [a], url: "http://a" }' },
      ['driver-contradiction'],
    ],
    ['both', { file: 'client: { command: [a], url: "http://a" }' }, ['command-and-url']],
    [
      'flags that contradict',
      { flags: { driver: 'process', client: 'http://127.0.0.1:9' } },
      ['driver-contradiction', 'driver-needs'],
    ],
    ['an open quote', { flags: { client: 'a "b' } }, ['command-unterminated']],
    ['a pipe', { flags: { client: 'a | b' } }, ['command-shell-syntax']],
    ['an empty command', { flags: { client: '  ' } }, ['setting-wrong']],
    ['a url of another kind', { file: 'client: { url: "ftp://a" }' }, ['wrong-value']],
    [
      'invisible characters',
      { flags: { clientName: 'Ac\u202eme', driver: 'sdk' } },
      ['client-name-characters'],
    ],
  ])('%s is refused', (_, given, expected) => {
    expect(codes(given)).toEqual(expected);
  });

  it('a person has no patience set, and one lane', () => {
    const { client } = good({ flags: { driver: 'operator' } }).config;
    expect(client.lanes).toBe(1);
    expect(client.patienceMs * 10).toBeLessThan(2 ** 31);
    expect(client.patienceMs).toBeGreaterThan(86_400_000);
  });

  it('a client elsewhere has to see the gateway', () => {
    expect(good({ flags: { client: 'http://10.0.0.7:9000' } }).warnings).toMatchObject([
      { code: 'client-elsewhere' },
    ]);
  });
});

describe('the version', () => {
  it('is a text: 3.10 unquoted is refused with the reason', () => {
    expect(problems({ file: 'client:\n  driver: sdk\n  version: 3.10\n' })).toMatchObject([
      {
        code: 'text-wanted',
        place: { file: '/work/acme/poscert.yaml', line: 3, column: 12, text: '  version: 3.10', length: 4 },
        data: { member: 'version', source: '3.10', value: '3.1' },
      },
    ]);
    expect(codes({ file: 'client: { driver: sdk, version: 02.1.0 }' })).toEqual(['wrong-value']);
    expect(codes({ file: 'client: { driver: sdk, version: "2.1" }' })).toEqual(['wrong-value']);
  });

  it('can be read from package.json, or from a plain file', () => {
    const file = 'client: { driver: sdk, version: { from: package.json } }';
    expect(
      good({ file, files: { '/work/acme/package.json': '{"version":"1.2.3"}' } }).config.client.version,
    ).toBe('1.2.3');
    expect(codes({ file })).toEqual(['version-file-missing']);
    expect(codes({ file, files: { '/work/acme/package.json': '{"version":"1.2.3-beta"}' } })).toEqual([
      'version-file-wrong',
    ]);
    expect(codes({ file, files: { '/work/acme/package.json': '{"name":"x"}' } })).toEqual([
      'version-file-wrong',
    ]);
    expect(codes({ file, files: { '/work/acme/package.json': '{' } })).toEqual(['version-file-wrong']);
    const plain = 'client: { driver: sdk, version: { from: VERSION } }';
    expect(good({ file: plain, files: { '/work/acme/VERSION': '4.5.6\n' } }).config.client.version).toBe(
      '4.5.6',
    );
  });
});

describe('the target', () => {
  const remote = (more = ''): string =>
    `client: { driver: sdk, sandboxClientId: 7c0f8a5e-0000-4000-8000-000000000000 }\ntarget:\n  baseUrl: https://sandbox.example/pos/v10/\n  authBaseUrl: https://sandbox.example/auth\n  clientSecret: { env: ACME_SECRET }\n${more}`;

  it('is remote as the file says, its secret by reference', () => {
    const { config } = good({ file: remote('  ca: ca.pem\n'), environment: { ACME_SECRET: 'hush' } });
    expect(config.target).toEqual({
      kind: 'remote',
      baseUrl: 'https://sandbox.example/pos/v10',
      authBaseUrl: 'https://sandbox.example/auth',
      clientSecret: { env: 'ACME_SECRET' },
      ca: '/work/acme/ca.pem',
    });
    expect(JSON.stringify(config)).not.toContain('hush');
  });

  it('is an origin on the command line, and the bases follow', () => {
    const file = 'client: { driver: sdk, sandboxClientId: 7c0f8a5e-0000-4000-8000-000000000000 }';
    const { config } = good({
      file,
      flags: { target: 'https://sandbox.example' },
      environment: { POSCERT_CLIENT_SECRET: 'hush' },
    });
    expect(config.target).toEqual({
      kind: 'remote',
      baseUrl: 'https://sandbox.example/pos/v10',
      authBaseUrl: 'https://sandbox.example/integrator-authentication',
      clientSecret: { env: 'POSCERT_CLIENT_SECRET' },
    });
    expect(good({ file: remote(), flags: { target: 'embedded' } }).config.target).toEqual({
      kind: 'embedded',
    });
  });

  it.each<[string, Given, string[]]>([
    [
      'production in the file',
      { file: remote().replaceAll('sandbox.example', 'api.mobilepay.dk'), environment: { ACME_SECRET: 'x' } },
      ['production-host', 'production-host'],
    ],
    [
      'production by a flag, in capitals and with a dot',
      { flags: { target: 'https://API.MobilePay.dk.' }, environment: { POSCERT_CLIENT_SECRET: 'x' } },
      ['production-host', 'remote-without-client-id'],
    ],
    ['production as the client', { flags: { client: 'https://api.mobilepay.dk/x' } }, ['production-host']],
    [
      'plain http beyond this machine',
      { file: remote().replace('https:', 'http:'), environment: { ACME_SECRET: 'x' } },
      ['target-plain'],
    ],
    ['a secret that is not there', { file: remote() }, ['secret-missing']],
    ['a path behind the origin', { flags: { target: 'https://sandbox.example/pos' } }, ['setting-wrong']],
    ['no address at all', { flags: { target: 'sandbox' } }, ['setting-wrong']],
    [
      'a user name in it',
      { file: remote().replace('//sandbox', '//me:pw@sandbox'), environment: { ACME_SECRET: 'x' } },
      ['target-url'],
    ],
    [
      'no client id',
      { file: remote().replace(/, sandboxClientId[^}]*/, ' '), environment: { ACME_SECRET: 'x' } },
      ['remote-without-client-id'],
    ],
  ])('%s is refused', (_, given, expected) => {
    expect(codes(given)).toEqual(expected);
  });

  it('plain http is let through on this machine, and where it is meant', () => {
    const environment = { ACME_SECRET: 'x' };
    expect(
      codes({ file: remote().replaceAll('https://sandbox.example', 'http://localhost:9'), environment }),
    ).toEqual([]);
    expect(
      codes({ file: remote().replaceAll('https:', 'http:'), environment, flags: { allowPlain: true } }),
    ).toEqual([]);
  });

  it('takes no secret in the file, and repeats none', () => {
    const found = problems({ file: remote().replace('{ env: ACME_SECRET }', 'hunter2') });
    expect(found.map((problem) => problem.code)).toEqual(['secret-literal']);
    expect(found[0]?.place).toMatchObject({ line: 5 });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    const misspelt = problems({ file: 'target:\n  clientSecrt: x\n  clientSecret: hunter2 # mine\n' });
    expect(misspelt.length).toBeGreaterThan(1);
    expect(JSON.stringify(misspelt)).not.toContain('hunter2');
    const unknown = problems({ file: 'client:\n  apiSecret: hunter2\n' });
    expect(unknown.map((problem) => problem.code)).toEqual(['unknown-member']);
    expect(JSON.stringify(unknown)).not.toContain('hunter2');
    const broken = problems({ file: 'target: { clientSecret: hunter2, clientSecret: hunter3 }\n' });
    expect(JSON.stringify(broken)).not.toMatch(/hunter/);
  });
});

describe('the gateway', () => {
  it.each<[string, Given, string[]]>([
    ['beyond this machine', { file: 'gateway: { host: 0.0.0.0 }' }, ['gateway-remote']],
    [
      'beyond it without TLS',
      { file: 'gateway: { host: 0.0.0.0 }', flags: { allowRemote: true } },
      ['gateway-plain'],
    ],
    [
      'beyond it, plain on purpose',
      { file: 'gateway: { host: 0.0.0.0 }', flags: { allowRemote: true, allowPlain: true } },
      [],
    ],
    [
      'beyond it with TLS',
      {
        file: 'gateway: { host: 0.0.0.0, tls: { cert: c, key: k } }',
        environment: { POSCERT_ALLOW_REMOTE: '1' },
      },
      [],
    ],
    ['on this machine by other names', { file: 'gateway: { host: "::1" }' }, []],
    ['on localhost', { file: 'gateway: { host: localhost, port: 8080 }' }, []],
  ])('%s', (_, given, expected) => {
    expect(codes(given)).toEqual(expected);
  });
});

describe('unknown keys and wrong values', () => {
  it('are told all at once with place and nearest name', () => {
    expect(
      problems({
        file: 'clinet: {}\nclient:\n  drivr: sdk\n  driver: sdk\n  patience: long\n  sandboxClientId: 17\nmerchant: { vat: DK1, brandId: x, locationId: 00001 }\n',
      }).map(({ code, place, data }) => [code, place?.line, data['nearest']]),
    ).toEqual([['yaml-number-changes', 7, undefined]]);
    expect(
      problems({
        file: 'clinet: {}\nclient:\n  drivr: sdk\n  driver: sdk\n  patience: long\n  sandboxClientId: 17\nmerchant: { vat: DK1, brandId: x, locationId: "00001" }\n',
      })
        .map(({ code, place, data }) => [code, place?.line, data['nearest']])
        .sort((left, right) => Number(left[1]) - Number(right[1])),
    ).toEqual([
      ['unknown-member', 1, 'client'],
      ['unknown-member', 3, 'driver'],
      ['wrong-value', 5, undefined],
      ['text-wanted', 6, undefined],
      ['wrong-value', 7, undefined],
    ]);
  });
});
