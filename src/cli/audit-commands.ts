import { Argument, Option, type Command } from 'commander';
import { shippedPack } from '../inspect.ts';
import { reports } from '../report/reports.ts';
import { refuse } from './failure.ts';
import type { Io } from './io.ts';
import { PACK_FOLDER, type Tool } from './tool.ts';

/** Turns an action into one that sets the exit code. */
export type Runs = <Args extends unknown[]>(
  action: (...args: Args) => number | Promise<number>,
) => (...args: Args) => Promise<void>;

type Flags = Readonly<Record<string, unknown>>;
type Collect = (value: string, before: string[] | undefined) => string[];

const FORMATS = Object.keys(reports).join(', ');

/** The commands that look at recordings again, and those about the command line itself. Each is loaded when it is called. */
export function addAuditCommands(
  program: Command,
  run: Runs,
  { io, tool, listed, several }: { io: Io; tool: Tool; listed: Collect; several: Collect },
): void {
  program
    .command('report')
    .description('any report of a run again, from its recording')
    .argument('[run]', 'its id or path; without one the last')
    .option('--format <format[=file]>', FORMATS, several)
    .option('-v, --verbose', 'every exchange')
    .action(
      run(async (name: string | undefined, flags: Flags) => {
        const { reportCommand } = await import('./report.ts');
        return reportCommand(name, flags, io, tool);
      }),
    );

  program
    .command('check')
    .description('judge recordings and HAR files made elsewhere by the obligations alone')
    .argument('<files...>', 'run.jsonl or HAR')
    .option('--features <list>', 'the features that the client claims; all unless said', listed)
    .option('--json', 'as JSON')
    .option('-v, --verbose', 'every exchange in full')
    .action(
      run(async (files: string[], flags: Flags) => {
        const { checkCommand } = await import('./check.ts');
        return checkCommand(files, flags, io, tool);
      }),
    );

  program
    .command('merge')
    .description('join the shards of one certification into one report (no certificate)')
    .argument('<runs...>', 'ids or paths')
    .option('--report <format[=file]>', FORMATS, several)
    .option('-v, --verbose', 'every exchange')
    .action(
      run(async (runs: string[], flags: Flags) => {
        const { mergeCommand } = await import('./merge.ts');
        return mergeCommand(runs, flags, io, tool);
      }),
    );

  program
    .command('diff')
    .description('what changed from one run to another')
    .argument('<before>', 'id or path')
    .argument('<after>', 'id or path, or last')
    .option('--json', 'as JSON')
    .action(
      run(async (before: string, after: string, flags: Flags) => {
        const { diffCommand } = await import('./diff.ts');
        return diffCommand([before, after], flags, io, tool);
      }),
    );

  program
    .command('support')
    .description("what MobilePay's Developer Support asks for, redacted")
    .argument('[run]', 'its id or path; without one the last')
    .argument('[case]', 'only this case')
    .option('--json', 'as JSON')
    .option('--out <file>', 'write it to a file')
    .action(
      run(async (name: string | undefined, caseId: string | undefined, flags: Flags) => {
        const { supportCommand } = await import('./support.ts');
        return supportCommand([name, caseId], flags, io, tool);
      }),
    );

  const config = program
    .command('config')
    .description('the settings that won, and what decided each: flag, environment, file or default')
    .option('--print', 'print them; the same without it')
    .option('--json', 'as JSON');
  copySettings(program, config);
  config.action(
    run(async (flags: Flags) => {
      const { configCommand } = await import('./config.ts');
      return configCommand(flags, io);
    }),
  );

  program
    .command('completion')
    .description('a completion script for a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .action(
      run(async (shell: 'bash' | 'zsh') => {
        const pack = shippedPack(PACK_FOLDER);
        if (!pack.ok) return refuse(pack.problems, io);
        const { completionScript } = await import('./completion.ts');
        const formats = Object.keys(reports);
        io.out(
          completionScript(program, shell, {
            '--report': formats,
            '--format': formats,
            '--features': [...pack.value.features.map((one) => one.id), 'all'],
            '--case': pack.value.cases.map((one) => one.id),
          }),
        );
        return 0;
      }),
    );
}

/** What `run` takes and is no setting. */
const NO_SETTING = new Set([
  '--failed',
  '--report',
  '--ui',
  '--verbose',
  '--quiet',
  '--shard',
  '--resume',
  '--watch',
]);

/** Gives `config` the flags of `run` that are settings, so that a command line can be asked about as it stands. */
function copySettings(program: Command, config: Command): void {
  const run = program.commands.find((one) => one.name() === 'run');
  for (const option of run?.options ?? []) if (!NO_SETTING.has(option.long ?? '')) config.addOption(option);
}

/** What may stand before a command may stand after it as well. */
export function allowEverywhere(command: Command): void {
  for (const inner of command.commands) {
    if (!inner.options.some((one) => one.long === '--no-color'))
      inner.addOption(new Option('--no-color', 'no colour').hideHelp());
    allowEverywhere(inner);
  }
}
