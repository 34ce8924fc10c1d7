import type { Command, Option } from 'commander';

/** What a shell can complete: commands with their flags, and the values that a flag takes. */
interface Entry {
  /** The words after `poscert`: empty for poscert itself. */
  readonly path: string;
  readonly words: readonly string[];
  /** Flags with the values to choose from; none: a file. */
  readonly values: readonly { readonly flags: readonly string[]; readonly choices: readonly string[] }[];
}

/** Words to choose from, by the flag that takes them. */
export type Choices = Readonly<Record<string, readonly string[]>>;

/** A completion script for a shell, made of the program's own commands and flags. `more`: choices that the program can't know. */
export function completionScript(program: Command, shell: 'bash' | 'zsh', more: Choices): string {
  const bash = bashScript(entriesOf(program, '', more));
  return shell === 'bash' ? bash : `autoload -U +X bashcompinit && bashcompinit\n${bash}`;
}

function entriesOf(command: Command, path: string, more: Choices): Entry[] {
  const inner = command.commands.filter((one) => one.name() !== 'help');
  const options = command.options.filter((one) => !one.hidden);
  return [
    {
      path,
      words: [...inner.map((one) => one.name()), ...options.flatMap(flagsOf), '--help'],
      values: options
        .filter((one) => one.required || one.optional)
        .map((one) => ({ flags: flagsOf(one), choices: one.argChoices ?? more[one.long ?? ''] ?? [] })),
    },
    ...inner.flatMap((one) => entriesOf(one, `${path} ${one.name()}`.trim(), more)),
  ];
}

function flagsOf(option: Option): string[] {
  return [option.short, option.long].filter((flag) => typeof flag === 'string');
}

function bashScript(entries: readonly Entry[]): string {
  const nested = entries.filter((one) => one.path !== '');
  return `# poscert completion: put it into your shell with  source <(poscert completion bash)
_poscert() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" path="" next i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
      ${nested.map((one) => quoted(one.path)).join('|')}) path="$next" ;;
    esac
  done
  case "$path $before" in
${entries.flatMap(valueLines).join('\n')}
  esac
  case "$path" in
${entries.map((one) => `    ${quoted(one.path)}) COMPREPLY=($(compgen -W ${quoted(one.words.join(' '))} -- "$word")) ;;`).join('\n')}
  esac
  if [[ \${#COMPREPLY[@]} -eq 0 && "$word" != -* ]]; then COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _poscert poscert
`;
}

function valueLines(entry: Entry): string[] {
  return entry.values.map(({ flags, choices }) => {
    const patterns = flags.map((flag) => quoted(`${entry.path} ${flag}`)).join('|');
    const words = choices.length === 0 ? '-f' : `-W ${quoted(choices.join(' '))}`;
    return `    ${patterns}) COMPREPLY=($(compgen ${words} -- "$word")); return ;;`;
  });
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
