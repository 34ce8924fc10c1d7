/** A language that `poscert init` knows: its adapter's files under `templates/`, how it is started, and what tells that a project is written in it. */
export interface Language {
  readonly id: string;
  readonly title: string;
  /** What stands in client.command; `adapter/` is the folder that is made. */
  readonly command: readonly string[];
  readonly driver: 'process' | 'oneshot';
  /** Files in a project that give the language away. */
  readonly signs: RegExp;
  readonly needs: string;
  /** What has to be done once before it can be started. */
  readonly before?: string;
}

export const LANGUAGES: readonly Language[] = [
  {
    id: 'node',
    title: 'JavaScript or TypeScript on Node',
    command: ['node', 'adapter/till.mjs'],
    driver: 'process',
    signs: /^(?:package\.json|deno\.json)$/,
    needs: 'Node 20',
  },
  {
    id: 'python',
    title: 'Python',
    command: ['python3', 'adapter/till.py'],
    driver: 'process',
    signs: /^(?:pyproject\.toml|requirements.*\.txt|setup\.(?:py|cfg)|Pipfile)$|\.py$/,
    needs: 'Python 3.9',
  },
  {
    id: 'php',
    title: 'PHP',
    command: ['php', 'adapter/till.php'],
    driver: 'process',
    signs: /^composer\.json$|\.php$/,
    needs: 'PHP 8.1 with its curl extension',
  },
  {
    id: 'csharp',
    title: 'C# on .NET',
    command: ['dotnet', 'adapter/out/Till.dll'],
    before: 'dotnet build adapter -c Release -o adapter/out',
    driver: 'process',
    signs: /\.(?:csproj|sln|slnx)$/,
    needs: '.NET 8',
  },
  {
    id: 'java',
    title: 'Java',
    command: ['java', 'adapter/Till.java'],
    driver: 'process',
    signs: /^(?:pom\.xml|build\.gradle(?:\.kts)?)$|\.java$/,
    needs: 'Java 17',
  },
  {
    id: 'shell',
    title: 'a shell script with curl, started once per command',
    command: ['bash', 'adapter/till.sh'],
    driver: 'oneshot',
    signs: /\.sh$/,
    needs: 'bash 5 and curl',
  },
];
