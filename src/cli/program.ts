import { Command, CommanderError, Option } from 'commander';
import type { Io } from './io.ts';
import { runCommand } from './run.ts';
import { listCommand } from './list.ts';
import { explainCommand } from './explain.ts';
import { lintCommand } from './lint.ts';
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
    .option('--seed <text>', 'makes the unique texts of a run repeatable')
    .option('--no-certificate', 'write no certificate')
    .option('--certificates <dir>', 'where certificates are written')
    .option('--answers <file>', "the operator's answers")
    .option('--ui', "show the operator's sentences on a web page")
    .option('--allow-remote', 'let the gateway listen beyond this machine')
    .option('--allow-plain', 'beyond this machine without TLS')
    .option('-v, --verbose', 'every exchange')
    .option('--quiet', 'no progress')
    .action(run((flags: Record<string, unknown>) => runCommand(flags, io, tool)));

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
    .command('sandbox')
    .description('the sandbox alone, until it is stopped')
    .option('--port <n>', 'where the API listens; 0 takes a free port', '0')
    .option('--control-port <n>', 'where the control API and the page listen; 0 takes a free port', '0')
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--json', 'print one line of JSON with the addresses and the stores')
    .option('--poll-delay <ms>', 'pollDelayInMs of the answers; 1000 unless it is given')
    .option('--state <file>', 'keep the state in this file over restarts')
    .option('--tls-cert <file>', 'certificate, PEM')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--allow-remote', 'let it listen beyond this machine')
    .action(
      run(async (flags: Record<string, unknown>) => {
        const { sandboxCommand } = await import('./sandbox.ts');
        return sandboxCommand(flags, io, tool);
      }),
    );

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2;
    throw thrown;
  }
}
