/*
 * The fence: who may import whom (ARCHITECTURE.md, Rooms). One table; what it does not list is forbidden, types included.
 * `only` names packages and node: by the beginning of their module name.
 */
const spines = '^src/(certify|audit|serve|inspect)\\.ts$';

export const rooms = {
  model: { rooms: [], packages: ['zod'], because: 'nouns depend on nothing' },
  std: { rooms: [], packages: ['node:'], because: "helpers don't learn the domain" },
  words: { rooms: ['model'], packages: [], because: 'codes and data in, prose out' },
  script: {
    rooms: ['model', 'std'],
    packages: ['yaml'],
    because: 'text comes in, so that positions stay testable',
  },
  config: {
    rooms: ['model', 'std'],
    packages: ['yaml'],
    because: 'text comes in, so that positions stay testable',
  },
  sandbox: {
    rooms: ['model', 'std'],
    packages: [],
    because: 'never rules, never sdk: an independent witness',
  },
  host: { rooms: ['model', 'std'], packages: ['node:'], because: 'it is handed the step' },
  gateway: { rooms: ['model', 'std'], packages: ['node:', 'undici'], because: 'it is handed an upstream' },
  sdk: { rooms: [], packages: ['node:', 'undici'], because: 'it must not see the answers' },
  clients: { rooms: ['model', 'std'], packages: ['node:'], because: 'never engine, gateway, sandbox, rules' },
  engine: { rooms: ['model', 'std'], packages: [], because: 'ports are passed in' },
  rules: { rooms: ['model'], packages: [], because: 'pure: same recording, same judgement, for ever' },
  verdict: { rooms: ['model'], packages: [], because: "it decides; it doesn't render" },
  report: { rooms: ['model', 'words'], packages: ['chalk'], because: "it renders; it doesn't decide" },
  journal: { rooms: ['model', 'std'], packages: ['node:'], because: 'it writes and reads lines' },
  certificate: {
    rooms: ['model', 'std'],
    packages: ['node:crypto'],
    because: 'what is signed is data, not prose',
  },
  packs: {
    rooms: ['model', 'sandbox', 'rules', 'script'],
    packages: [],
    because: 'a pack is facts, a simulation and rules',
  },
  assembly: {
    rooms: ['model', 'std', 'gateway', 'host', 'clients', 'engine', 'journal', 'packs'],
    packages: ['node:'],
    because: 'it builds a lane from what it is given',
  },
  cli: {
    rooms: ['config', 'model', 'words', 'report'],
    spines: true,
    packages: ['node:', 'commander', 'chalk', 'ora', '@clack/prompts'],
    because: 'argv, streams, signals and exit; nothing else',
  },
};

/** Which resolved paths a list of package names stands for. */
function packagePattern(names) {
  const parts = names.flatMap((name) => {
    if (name === 'node:') return [];
    if (name.startsWith('node:')) return [];
    return [`node_modules/${name.replace('/', '\\/')}(/|$)`];
  });
  return parts;
}

function corePattern(names) {
  return names
    .filter((name) => name.startsWith('node:') && name !== 'node:')
    .map((name) => `^(node:)?${name.slice(5)}$`);
}

const forbidden = Object.entries(rooms).map(([room, rule]) => {
  const allowed = [
    `^src/${room}/`,
    ...rule.rooms.map((other) => `^src/${other}/`),
    ...(rule.spines === true ? [spines] : []),
    ...packagePattern(rule.packages),
    ...corePattern(rule.packages),
  ];
  return {
    name: `${room}-keeps-its-room`,
    comment: `${room} may import ${[room, ...rule.rooms, ...rule.packages].join(', ')}: ${rule.because}`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: {
      pathNot: allowed,
      ...(rule.packages.includes('node:') ? { dependencyTypesNot: ['core'] } : {}),
    },
  };
});

export default {
  forbidden: [
    ...forbidden,
    {
      name: 'spines-are-above-everything-but-cli',
      comment:
        'a spine may import every room but cli and sdk: it is the only place where concrete things meet',
      severity: 'error',
      from: { path: spines },
      to: { path: '^src/(cli|sdk)/' },
    },
    {
      name: 'nobody-imports-a-spine-but-cli',
      comment: 'spines are entered from the command line',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/cli/', spines] },
      to: { path: spines },
    },
    {
      name: 'bin-enters-by-one-door',
      comment: 'bin imports the built command line, or the SDK behind the protocol',
      severity: 'error',
      from: { path: '^bin/' },
      to: { pathNot: ['^(dist|src)/(cli|sdk)/', '^dist/'] },
    },
    {
      name: 'no-circles',
      comment: 'a circle is a room without a door',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-strangers',
      comment: 'what cannot be resolved is not there',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
};
