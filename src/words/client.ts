import { member } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { series, span, word } from './phrases.ts';
import type { Words, WordTable } from './entry.ts';

/* ClientFault.code: the client broke the client protocol. The last lines of its log are shown beside these. */

const how = (data: JsonObject): string => {
  const signal = member(data, 'signal');
  if (typeof signal === 'string' && signal !== '') return `was ended by ${signal}`;
  const code = member(data, 'code');
  return typeof code === 'number' ? `exited with code ${code}` : 'exited';
};

const range = (value: ReturnType<typeof member>): string => {
  const min = member(value, 'min');
  const max = member(value, 'max');
  if (typeof min === 'number' && typeof max === 'number')
    return min === max ? `version ${min}` : `versions ${min} to ${max}`;
  return typeof value === 'number' || typeof value === 'string' ? `version ${value}` : 'no version';
};

const during = (data: JsonObject): string =>
  member(data, 'command') === undefined ? '' : ` during ${word(data, 'command', 'a command')}`;

const program = (data: JsonObject): string => {
  const command = member(data, 'command');
  if (Array.isArray(command))
    return command.map((one) => (typeof one === 'string' ? one : '?')).join(' ') || 'the client';
  return word(data, 'command', 'the client');
};

export const clientWords: WordTable = {
  'client-not-found': notFound,
  'client-not-executable': (data) => ({
    title: `The client could not be started: "${program(data)}" is not executable`,
    cause: 'The file lacks the permission to execute or its first line (#!…).',
    remedy: 'Make it executable (chmod +x), or name the interpreter first: command: [python3, till.py].',
  }),
  'client-exited': (data) => ({
    title: `The client ${how(data)}${during(data)}`,
    ...(EXITS[word(data, 'code', '')] ?? {
      cause: 'An exception that nothing caught, or a program that ended itself because of an error.',
      remedy:
        'Read the last lines of its log (standard error); catch what a command throws and answer it as an error.',
    }),
  }),
  'client-silent': (data) => ({
    title: `The client stayed silent for ${span(data, 'ms', 'too long')}${during(data)}`,
    cause:
      member(data, 'held') === undefined
        ? 'The result was never written, is still in a buffer, or lacks its line end.'
        : `It wrote ${word(data, 'held', '')}, and no line end behind it.`,
    remedy:
      'Write each answer as one line ending in \\n and flush standard output; where it needs longer, raise client.patience.',
  }),
  'client-not-json': notJsonWords,
  'client-not-an-answer': (data) => ({
    title: `The client wrote JSON that is no JSON-RPC answer: ${word(data, 'line', '(empty)')}`,
    cause: 'The object has neither "result" nor "error", or both.',
    remedy: 'Answer {"jsonrpc": "2.0", "id": <that of the request>, "result": {…}}.',
  }),
  'client-wrong-id': (data) => ({
    ...wrongId(data),
    remedy: 'Send back the id of the request as it came, one answer a request.',
  }),
  'client-bad-result': (data) => ({
    title: badResult(data),
    cause:
      member(data, 'what') === 'twice'
        ? 'The result was turned into JSON before the answer was: it stands in quotes.'
        : 'The adapter left a member out, misspelt it, or gave it another type than the client protocol says.',
    remedy: `Compare with what the client protocol says ${word(data, 'command', 'each command')} answers, member by member.`,
  }),
  'client-line-too-long': (data) => ({
    title:
      `The client wrote a line of more than ${word(data, 'limit', '1 MiB')} ${member(data, 'limit') === undefined ? '' : 'bytes'}`.trimEnd(),
    cause: 'Something else than answers is written on standard output, or lines are not ended with \\n.',
    remedy: 'One JSON object a line, ended with \\n; logs go to standard error.',
  }),
  'client-protocol-mismatch': (data) => ({
    title: `No common protocol version: poscert speaks ${range(member(data, 'ours'))}, the client ${range(member(data, 'theirs'))}`,
    cause: 'The adapter was written for another version of poscert.',
    remedy:
      'Answer initialize with a "protocol" that lies in the range handed over, or take a poscert that speaks the version of the adapter.',
  }),
  'client-bad-params': (data) => ({
    title: `The client refused the parameters as malformed: ${word(data, 'member', 'a member')}: ${word(data, 'message', 'no message')}`,
    cause:
      'The adapter demands a member that may be missing, or reads it under another name or type (error -32602).',
    remedy:
      'Take parameters by name, ignore those you do not know, and choose a value where an optional one is missing.',
  }),
  'client-unreachable': (data) => ({
    title: `The client could not be reached at ${word(data, 'url', 'its address')}: ${word(data, 'message', 'no answer')}`,
    cause: 'The service is not running, listens on another port or host, or its certificate is not trusted.',
    remedy: 'Start it before the run and compare client.url with what it listens on.',
  }),
  'client-http-status': (data) => ({
    title: `The client answered with HTTP status ${word(data, 'status', '(none)')}, expected 200`,
    cause:
      'The path of client.url leads elsewhere, or the adapter answers errors by status instead of a JSON-RPC error.',
    remedy:
      'Answer every command with status 200 and a JSON-RPC body; what is refused or given up is an error object in it.',
  }),
  'client-flood': (data) => ({
    title: `The client wrote more than ${word(data, 'bytes', 'it may')} bytes of log`,
    cause: 'It logs in a loop that does not wait.',
    remedy: 'Wait the poll delay between two requests, and log less.',
  }),
};

/** Where the code of an exit says more than that there was one. */
const EXITS: Readonly<Record<string, Advice>> = {
  '0': {
    cause:
      'It came to its end without an error: with driver process it has to read one command after the other until shutdown.',
    remedy:
      'Read standard input in a loop until shutdown; a client that is started once per command is driver: oneshot.',
  },
  '126': {
    cause: 'A shell in between was told to run something that is not executable.',
    remedy: 'Make it executable (chmod +x), or name its interpreter in client.command.',
  },
  '127': {
    cause: 'A shell in between did not find the program that it was told to run.',
    remedy:
      'Correct the name or path there; the client gets PATH, HOME and a few more of the environment, all else is set under client.env.',
  },
};

interface Advice {
  readonly cause: string;
  readonly remedy: string;
}

function notFound(data: JsonObject): Words {
  const title = `The client could not be started: there is no program "${program(data)}"`;
  switch (member(data, 'absent')) {
    case 'folder':
      return {
        title: `The client could not be started: there is no folder ${word(data, 'cwd', '')}`,
        cause: 'client.cwd, where the client is to run, is misspelt or was not made.',
        remedy: 'Correct client.cwd; it is relative to poscert.yaml.',
      };
    case 'interpreter':
      return {
        title: `The client could not be started: the first line of "${program(data)}" names no program that is there`,
        cause: 'The interpreter after #! is not installed, or the line ends as on Windows (\\r\\n).',
        remedy:
          'Name the interpreter in client.command: [python3, till.py]; `poscert doctor` says which of the two it is.',
      };
    default:
      return {
        title,
        cause:
          'The name is misspelt, the program is not in PATH, or a relative path is meant from another folder than that of poscert.yaml.',
        remedy: 'Correct client.command (or --client); `poscert doctor` tries it without a run.',
      };
  }
}

const ONE_LINE = 'Write each answer as one JSON object on one line, ended with \\n, and nothing else.';

/** What the line looks like, where it is no log line (clients/not-json.ts). */
const NOT_JSON: Readonly<Record<string, Advice>> = {
  empty: { cause: 'It prints an empty line, or ends its lines twice.', remedy: ONE_LINE },
  'byte-order-mark': {
    cause:
      'The line begins with a byte order mark (EF BB BF), as .NET and PowerShell write it by themselves.',
    remedy:
      'Write UTF-8 without a mark: in .NET new UTF8Encoding(false), in PowerShell [Console]::OutputEncoding likewise.',
  },
  'utf-16': {
    cause: 'The line has zero bytes: it is UTF-16, not UTF-8.',
    remedy: 'Set the encoding of standard output to UTF-8, without a byte order mark.',
  },
  'not-utf-8': {
    cause: 'The bytes are of another encoding, such as Latin-1 or Windows-1252.',
    remedy: 'Set the encoding of standard output to UTF-8, or write letters beyond ASCII as \\u00e5.',
  },
  pretty: {
    cause: 'The JSON is spread over several lines, for people to read.',
    remedy: 'Serialise without indentation: the whole object on one line, ended with \\n.',
  },
  several: {
    cause: 'Two objects stand on one line: the first one was not ended with \\n.',
    remedy: ONE_LINE,
  },
  header: {
    cause: 'The JSON-RPC library frames its messages with headers (Content-Length), as language servers do.',
    remedy: 'Choose its framing by lines (newline-delimited JSON), without headers.',
  },
  quotes: {
    cause: 'The object is printed as the language shows it, with single quotes, and not as JSON.',
    remedy: 'Serialise it: json.dumps in Python, JSON.stringify in JavaScript.',
  },
  batch: {
    cause:
      'It is a list, as JSON-RPC has it for batches: poscert sends one command at a time and takes one answer.',
    remedy: 'Answer with the object itself, without brackets around it.',
  },
  value: {
    cause: 'It is JSON, but no object: a print of some value, or a result without the answer around it.',
    remedy:
      'Answer {"jsonrpc": "2.0", "id": <that of the request>, "result": {…}}; logs go to standard error.',
  },
  deep: {
    cause: 'The object is nested more than 64 levels deep.',
    remedy: 'Answer with the members that the client protocol names.',
  },
};

function notJsonWords(data: JsonObject): Words {
  const what = word(data, 'what', 'text');
  const known = Object.hasOwn(NOT_JSON, what) ? NOT_JSON[what] : undefined;
  const title = `The client wrote a line that is not ${
    what === 'not-utf-8' ? 'UTF-8' : what === 'batch' || what === 'value' ? 'a JSON object' : 'JSON'
  }: ${word(data, 'line', '(empty)')}`;
  if (member(data, 'by') === 'http')
    return {
      title: `The client answered a body that is not a JSON object: ${word(data, 'line', '(empty)')}`,
      cause:
        'Something else than the adapter listens at client.url, or it answers with a page or a text for people.',
      remedy: 'Answer every POST with a JSON-RPC body; compare client.url with the address of the adapter.',
    };
  if (known !== undefined && what === 'several' && member(data, 'by') === 'oneshot')
    return {
      title: `The client wrote more than one JSON object: ${word(data, 'line', '')}`,
      cause:
        'With driver oneshot, standard output is the result alone; a log line in JSON is one object too many.',
      remedy: 'Print the result once, and every log line on standard error.',
    };
  if (known !== undefined) return { title, ...known };
  return {
    title,
    cause:
      member(data, 'first') === true
        ? 'The client prints its log on standard output.'
        : 'Something in the client (a library, a leftover print) writes on standard output beside the answers.',
    remedy:
      'Standard output belongs to the protocol, one JSON object a line; send every log line to standard error.',
  };
}

function wrongId(data: JsonObject): { readonly title: string; readonly cause: string } {
  const id = member(data, 'id');
  const expected = member(data, 'expected');
  const due = word(data, 'expected', 'that of the request');
  if (typeof id === 'string' && typeof expected === 'number')
    return {
      title: `The client answered id "${id}", a text, expected ${due}, a number`,
      cause:
        'The id was turned into a text on its way through the client, or the client makes ids of its own.',
    };
  if (member(data, 'again') === true)
    return {
      title: `The client answered id ${word(data, 'id', '')} a second time`,
      cause: 'Two places in the adapter answer the same command.',
    };
  if (expected === null)
    return {
      title: `The client answered id ${word(data, 'id', '(none)')} when nothing was asked`,
      cause: 'The answer came late, twice, or is meant as a notification, which has a "method" and no "id".',
    };
  return {
    title: `The client answered id ${word(data, 'id', '(none)')}, expected ${due}`,
    cause:
      id === undefined || id === null
        ? 'The answer lacks "id", or what reads the commands could not make sense of the line.'
        : 'The id was made by the client, or belongs to a command that was answered before.',
  };
}

function badResult(data: JsonObject): string {
  const command = word(data, 'command', 'a command');
  const missing = member(data, 'missing');
  if (!Array.isArray(missing) || missing.length === 0)
    return `The result of ${command} is not what the protocol says: ${word(data, 'problem', 'it is malformed')}`;
  const has = member(data, 'has');
  const beside =
    has === undefined
      ? ''
      : `; it has ${Array.isArray(has) && has.length === 0 ? 'no members' : series(data, 'has', 'others')}`;
  return `The result of ${command} lacks ${series(data, 'missing', 'a member')}${beside}`;
}
