import * as z from 'zod';

const guid = z.guid();

/** `4500ms`, `30s`, `2m`, `8d` as milliseconds; undefined where it is no duration. */
export function durationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[
    match[2] as 'ms' | 's' | 'm' | 'h' | 'd'
  ];
  return Number(match[1]) * unit;
}

export const durationSchema = z.string().refine((text) => durationMs(text) !== undefined, {
  message: 'a duration such as 500ms, 30s or 8d',
});

export const DRIVERS = ['process', 'http', 'oneshot', 'operator', 'sdk'] as const;
export type Driver = (typeof DRIVERS)[number];

/** Versions are strings of three numbers without leading zeros: YAML would read 3.10 as 3.1. */
export const versionSchema = z
  .string()
  .regex(
    /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/,
    'Major.Minor.Build, three numbers without leading zeros',
  );

/** Where a secret is to be found; never the secret itself. */
export const secretReferenceSchema = z.union([
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
]);

const tlsSchema = z.strictObject({ cert: z.string(), key: z.string() });

/** poscert.yaml as a person writes it (cli.md). */
export const configFileSchema = z.strictObject({
  client: z
    .strictObject({
      name: z.string().min(1).exactOptional(),
      version: z.union([versionSchema, z.strictObject({ from: z.string() })]).exactOptional(),
      sandboxClientId: guid.exactOptional(),
      productionClientId: guid.exactOptional(),
      integratorId: z.string().exactOptional(),
      callbackAlias: z.string().max(36).exactOptional(),
      callbackUrl: z.url().exactOptional(),
      driver: z.enum(DRIVERS).exactOptional(),
      command: z.array(z.string()).min(1).exactOptional(),
      env: z.record(z.string(), z.string()).exactOptional(),
      url: z.url().exactOptional(),
      patience: durationSchema.exactOptional(),
      lanes: z.union([z.literal('auto'), z.number().int().min(1)]).exactOptional(),
    })
    .exactOptional(),
  merchant: z
    .strictObject({
      vat: z.string().regex(/^(DK|FI)\d{8}$/, 'DK or FI and eight digits'),
      brandId: z.string(),
      locationId: z.string().length(5),
    })
    .exactOptional(),
  target: z
    .union([
      z.literal('embedded'),
      z.strictObject({
        baseUrl: z.url(),
        authBaseUrl: z.url(),
        clientSecret: secretReferenceSchema,
        ca: z.string().exactOptional(),
        testUsers: z
          .boolean()
          .describe("the sandbox's own test users stand in for the customer")
          .exactOptional(),
      }),
    ])
    .exactOptional(),
  gateway: z
    .strictObject({
      host: z.string().exactOptional(),
      port: z.number().int().min(0).max(65535).exactOptional(),
      tls: tlsSchema.exactOptional(),
    })
    .exactOptional(),
  certificate: z
    .strictObject({ issuer: z.url().exactOptional(), trust: z.string().exactOptional() })
    .exactOptional(),
  features: z.array(z.string()).exactOptional(),
});
export type ConfigFile = z.infer<typeof configFileSchema>;

/** Everything a run needs, from flags, environment, file and defaults, in that order of weight. */
export interface Config {
  /** The file it came from, absolute; absent where there is none. */
  readonly file?: string;
  /** The folder beside which runs and certificates are written: the file's, else the working directory. */
  readonly root: string;
  readonly client: {
    /** Absent: none was configured; the client's own name is shown. */
    readonly name?: string;
    readonly version?: string;
    readonly sandboxClientId?: string;
    readonly productionClientId?: string;
    readonly integratorId?: string;
    readonly callbackAlias?: string;
    readonly callbackUrl?: string;
    readonly driver: Driver;
    /** Argument list; present for process and oneshot. */
    readonly command?: readonly string[];
    /** Where the command runs: the folder of the configuration file, or the working directory. */
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly url?: string;
    readonly patienceMs: number;
    readonly lanes: 'auto' | number;
  };
  readonly merchant: { readonly vat: string; readonly brandId: string; readonly locationId: string };
  readonly target:
    | { readonly kind: 'embedded' }
    | {
        readonly kind: 'remote';
        readonly baseUrl: string;
        readonly authBaseUrl: string;
        readonly clientSecret: z.infer<typeof secretReferenceSchema>;
        readonly ca?: string;
        /** Its own test users stand in for the customer. */
        readonly testUsers?: boolean;
      };
  readonly gateway: {
    readonly host: string;
    readonly port: number;
    readonly tls?: { readonly cert: string; readonly key: string };
    readonly allowRemote: boolean;
    readonly allowPlain: boolean;
  };
  readonly certificate: {
    readonly issuer?: string;
    readonly trust?: string;
    readonly folder: string;
    readonly wanted: boolean;
  };
  /** As the person wrote them, aliases included; resolved against the pack later. */
  readonly features: readonly string[];
  readonly tier: 'certification' | 'all';
  readonly cases: readonly string[];
  readonly maxLanes: number;
  readonly bail: boolean;
  readonly seed?: string;
  readonly answersFile?: string;
}

/** What decided a setting, for `poscert config --print`. */
export type SettingSource = 'flag' | 'environment' | 'file' | 'default';

/** The JSON Schema of poscert.yaml that the package ships for editors (`schema/poscert.schema.json`). */
export function configJsonSchema(): unknown {
  return {
    ...z.toJSONSchema(configFileSchema, { target: 'draft-7' }),
    title: 'The configuration of poscert',
  };
}
