import { member } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { choice, span, word } from './phrases.ts';
import type { WordTable } from './entry.ts';

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
  'client-not-found': (data) => ({
    title: `The client could not be started: there is no program "${program(data)}"`,
    cause:
      'The name is misspelt, the program is not in PATH, or a relative path is meant from another folder than that of poscert.yaml.',
    remedy: 'Correct client.command (or --client); `poscert doctor` tries it without a run.',
  }),
  'client-not-executable': (data) => ({
    title: `The client could not be started: "${program(data)}" is not executable`,
    cause: 'The file lacks the permission to execute or its first line (#!…).',
    remedy: 'Make it executable (chmod +x), or name the interpreter first: command: [python3, till.py].',
  }),
  'client-exited': (data) => ({
    title: `The client ${how(data)}${during(data)}`,
    cause:
      'An exception that nothing caught, or a program that ends after its first command: with driver process it has to read on until shutdown.',
    remedy:
      'Read the last lines of its log below; a client that is started once per command is driver: oneshot.',
  }),
  'client-silent': (data) => ({
    title: `The client stayed silent for ${span(data, 'ms', 'too long')}${during(data)}`,
    cause: 'The result was never written, is still in a buffer, or lacks its line end.',
    remedy:
      'Write each answer as one line ending in \\n and flush standard output; where it needs longer, raise client.patience.',
  }),
  'client-not-json': (data) => ({
    title: `The client wrote a line that is not JSON: ${word(data, 'line', '(empty)')}`,
    cause:
      member(data, 'first') === true
        ? 'The client prints its log on standard output.'
        : 'Something in the client (a library, a leftover print) writes on standard output beside the answers.',
    remedy:
      'Standard output belongs to the protocol, one JSON object a line; send every log line to standard error.',
  }),
  'client-not-an-answer': (data) => ({
    title: `The client wrote JSON that is no JSON-RPC answer: ${word(data, 'line', '(empty)')}`,
    cause:
      'The object lacks "jsonrpc": "2.0", the "id" of the request, or exactly one of "result" and "error".',
    remedy: 'Answer {"jsonrpc": "2.0", "id": <that of the request>, "result": {…}}.',
  }),
  'client-wrong-id': (data) => ({
    title: `The client answered id ${word(data, 'id', '(none)')}, expected ${word(data, 'expected', 'that of the request')}`,
    cause:
      'The id was made by the client, turned into a text, or belongs to a command that was answered before.',
    remedy: 'Send back the id of the request as it came, one answer a request.',
  }),
  'client-bad-result': (data) => ({
    title: badResult(data),
    cause:
      'The adapter left a member out, misspelt it, or gave it another type than the client protocol says.',
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

function badResult(data: JsonObject): string {
  const command = word(data, 'command', 'a command');
  const missing = member(data, 'missing');
  if (Array.isArray(missing) && missing.length > 0)
    return `The result of ${command} lacks ${choice(data, 'missing', 'a member').replace(/ or ([^,]*)$/, ' and $1')}`;
  return `The result of ${command} is not what the protocol says: ${word(data, 'problem', 'it is malformed')}`;
}
