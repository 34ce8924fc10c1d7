import { Command, CommanderError, Option } from 'commander';
import { addAuditCommands, allowEverywhere } from './audit-commands.ts';
import type { Io } from './io.ts';
import { runCommand } from './run.ts';
import { listCommand } from './list.ts';
import { explainCommand } from './explain.ts';
import { lintCommand } from './lint.ts';
import { takeSigningSecrets } from './signing.ts';
import { toolOf } from './tool.ts';

/** Flags that can be given more than once. */
const several = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
const listed = (value: string, before: string[] | undefined): string[] => [
  ...(before ?? []),
  ...value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
];

/** Runs one command line. Answers the exit code; never throws for what a user can cause. */
export async function runCommandLine(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  const secrets = takeSigningSecrets(io.env);
  const tool = toolOf();
  const program = new Command('poscert')
    .description(
      'Certifies MobilePay PoS V10 clients: operates them through certification cases and judges every exchange.',
    )
    .version(tool.version, '-V, --version')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .option('--no-color', 'no colour')
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .exitOverride();
  const run =
    <Args extends unknown[]>(action: (...args: Args) => number | Promise<number>) =>
    async (...args: Args): Promise<void> => {
      code = await action(...args);
    };

  program
    .command('run')
    .description('certify: load, run, judge, report, seal')
    .option('--features <list>', 'features to certify, onboarding comes by itself; all', listed)
    .option('--case <id...>', 'only these cases (no certificate)', listed)
    .option('--failed', "only the last run's cases that did not pass")
    .addOption(new Option('--tier <tier>', 'hardening cases as well').choices(['certification', 'all']))
    .option('--client <command>', 'how the client is started, as one text; or its http:// address')
    .addOption(
      new Option('--driver <driver>', 'how it is operated').choices([
        'process',
        'oneshot',
        'http',
        'operator',
        'sdk',
      ]),
    )
    .option('--client-name <name>', 'the name of the client system')
    .option('--client-version <version>', 'its version, Major.Minor.Build')
    .option('--config <file>', 'the configuration file')
    .option('--target <target>', 'embedded, or the origin of a remote sandbox')
    .option('--lanes <n>', 'features that run side by side at the most')
    .option('--bail', 'stop at the first failed case')
    .option(
      '--report <format[=file]>',
      'console, json, junit, github, html, ctrf, har, markdown, ndjson',
      several,
    )
    .option('--resume [run]', 'go on with a run: only what has not passed in it (no certificate)')
    .option('--shard <i/n>', 'only this part of the cases; poscert merge joins the parts (no certificate)')
    .option('--watch', 'run again whenever the adapter or poscert.yaml changes (no certificate)')
    .option('--seed <text>', 'makes the unique texts of a run repeatable')
    .option('--no-certificate', 'write no certificate')
    .option('--certificates <dir>', 'where certificates are written')
    .option('--answers <file>', "the operator's answers")
    .option('--ui', "show the operator's sentences on a web page")
    .option('--allow-remote', 'let the gateway listen beyond this machine')
    .option('--allow-plain', 'beyond this machine without TLS')
    .option('-v, --verbose', 'every exchange')
    .option('--quiet', 'no progress')
    .action(
      run(async (flags: Record<string, unknown>) => {
        if (flags['watch'] !== true) return runCommand(flags, io, tool, secrets);
        const { watchCommand } = await import('./watch.ts');
        return watchCommand(flags, io, (again, within) => runCommand(again, within, tool, secrets));
      }),
    );

  program
    .command('list')
    .description('features, cases, tiers, and what each needs of a client')
    .option('--features <list>', 'only these features', listed)
    .option('--json', 'as JSON')
    .option('--digest', "the case pack's version and digest")
    .action(run((flags: Record<string, unknown>) => listCommand(flags, io)));

  program
    .command('explain')
    .description('any case, obligation, finding, error or exit code')
    .argument('<id>', 'what is to be explained')
    .action(run((id: string) => explainCommand(id, io)));

  program
    .command('lint')
    .description('check case scripts')
    .argument('[files...]', 'case files; without any, the whole pack')
    .action(run((files: string[]) => lintCommand(files, io)));

  program
    .command('new')
    .description('start a case script')
    .command('case')
    .description('write a case file that lints, and add it to the order of the pack')
    .argument('<id>', 'FEATURE/SLUG')
    .option('--title <text>', 'what the case is called')
    .option('--folder <dir>', 'the folder of the pack; without it cases/pos-v10')
    .action(
      run(async (id: string, flags: Record<string, unknown>) => {
        const { newCaseCommand } = await import('./new-case.ts');
        return newCaseCommand(id, flags, io);
      }),
    );

  program
    .command('init')
    .description('write poscert.yaml and an adapter to start from')
    .option('--yes', 'ask nothing: take what is likely')
    .option('--language <name>', 'node, python, php, csharp, java or shell')
    .option('--dir <folder>', 'where to; the working directory unless it is given')
    .option('--client-name <name>', 'the name of the client system')
    .option('--client-version <version>', 'its version, Major.Minor.Build')
    .action(
      run(async (flags: Record<string, unknown>) => {
        const { initCommand } = await import('./init.ts');
        return initCommand(flags, io, tool);
      }),
    );

  program
    .command('doctor')
    .description('everything that could go wrong before the first case, with its remedy')
    .option('--features <list>', 'features to be certified', listed)
    .addOption(new Option('--tier <tier>', 'hardening cases as well').choices(['certification', 'all']))
    .option('--client <command>', 'how the client is started, as one text; or its http:// address')
    .option('--driver <driver>', 'how it is operated')
    .option('--config <file>', 'the configuration file')
    .option('--target <target>', 'embedded, or the origin of a remote sandbox')
    .option('--certificates <dir>', 'where certificates are written')
    .option('--json', 'as JSON')
    .action(
      run(async (flags: Record<string, unknown>) => {
        const { doctorCommand } = await import('./doctor.ts');
        return doctorCommand(flags, io, tool, secrets);
      }),
    );

  program
    .command('sandbox')
    .description('the sandbox alone, until it is stopped')
    .option('--port <n>', 'where the API listens; 0 takes a free port', '0')
    .option('--control-port <n>', 'where the control API and the page listen; 0 takes a free port', '0')
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--json', 'print one line of JSON with the addresses and the stores')
    .option('--poll-delay <ms>', 'pollDelayInMs of the answers (default: 1000, or as in the state file)')
    .option('--state <file>', 'keep the state in this file over restarts; it holds client secrets')
    .option('--tls-cert <file>', 'certificate, PEM')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--allow-remote', 'let it listen beyond this machine')
    .action(
      run(async (flags: Record<string, unknown>) => {
        const { sandboxCommand } = await import('./sandbox.ts');
        return sandboxCommand(flags, io, tool);
      }),
    );

  program
    .command('verify')
    .description('check a certificate: signature, digests, chain, and every case verdict once more')
    .argument('<certificate>', 'its folder, or its certificate.json')
    .option('--trust <file>', 'the keys that are trusted; without it your own alone')
    .option('--pack <dir>', 'judge again with this case pack, which must be the certified one')
    .option('--unsigned', 'exit code 0 for a statement that nobody has signed yet')
    .option('--json', 'as JSON')
    .action(
      run(async (path: string, flags: Record<string, unknown>) => {
        const { verifyCommand } = await import('./verify.ts');
        return verifyCommand(path, flags, io, tool, secrets);
      }),
    );

  program
    .command('gate')
    .description('whether a certificate covers a version, features and client')
    .argument('[version]', 'Major.Minor.Build')
    .option('--version <version>', 'the same')
    .option('--features <list>', 'features that it must cover; else those of poscert.yaml', listed)
    .option('--client-name <name>', 'the client system; else that of poscert.yaml')
    .option('--client-id <guid>', 'the client id that it must cover, in production unless said otherwise')
    .addOption(
      new Option('--environment <name>', 'where the client id counts').choices(['production', 'sandbox']),
    )
    .addOption(
      new Option('--min-assurance <level>', 'the least assurance').choices([
        'demo',
        'self',
        'ci',
        'provider',
      ]),
    )
    .addOption(new Option('--tier <tier>', 'hardening cases as well').choices(['certification', 'all']))
    .option('--min-pack <version>', 'the case pack must be at least this version')
    .option('--allow-demo', "take certificates of poscert's own reference client")
    .option('--certificates <dir>', 'where the certificates are')
    .option('--trust <file>', 'the keys that are trusted; without it your own alone')
    .option('--config <file>', 'the configuration file')
    .option('--json', 'as JSON')
    .action(
      run(async (version: string | undefined, flags: Record<string, unknown>) => {
        const { gateCommand } = await import('./gate.ts');
        return gateCommand(version, flags, io, tool, secrets);
      }),
    );

  const keys = program.command('keys').description('the key that signs your certificates');
  keys
    .command('init')
    .description('make a key')
    .action(
      run(async () => {
        const { keysInitCommand } = await import('./keys.ts');
        return keysInitCommand(io, secrets);
      }),
    );
  keys
    .command('show')
    .description('its fingerprint and public half')
    .option('--json', 'as JSON')
    .action(
      run(async (flags: Record<string, unknown>) => {
        const { keysShowCommand } = await import('./keys.ts');
        return keysShowCommand(io, secrets, flags['json'] === true);
      }),
    );
  keys
    .command('rotate')
    .description('make another and put this one aside')
    .action(
      run(async () => {
        const { keysRotateCommand } = await import('./keys.ts');
        return keysRotateCommand(io, secrets, () => new Date());
      }),
    );

  addAuditCommands(program, run, { io, tool, listed, several });
  allowEverywhere(program);

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    throw thrown;
  }
}
