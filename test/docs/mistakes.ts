import type { JsonObject } from '../../src/model/json.ts';

/** A mistake that adapters make, and what poscert finds of it: a code of its words, with data as it comes. */
export interface Mistake {
  readonly mistake: string;
  readonly code: string;
  readonly data: JsonObject;
  /** What a person would otherwise wonder about. */
  readonly note?: string;
}

export const MISTAKES: readonly { readonly title: string; readonly mistakes: readonly Mistake[] }[] = [
  {
    title: 'It does not start',
    mistakes: [
      { mistake: 'The path is wrong', code: 'doctor-script-missing', data: { program: 'python3', script: 'til.py', cwd: '/home/acme', nearest: 'till.py' } },
      { mistake: 'The program is not installed, or misspelt', code: 'client-not-found', data: { command: 'pyhton3 till.py' } },
      { mistake: 'The file is not executable', code: 'client-not-executable', data: { command: './till.py' } },
      { mistake: 'There is no #! line', code: 'doctor-no-first-line', data: { program: './till' } },
      { mistake: 'The #! line ends as on Windows, or names nothing that is there', code: 'client-not-found', data: { command: './till.py', absent: 'interpreter' } },
      { mistake: 'Shell syntax in the command', code: 'command-shell-syntax', data: { found: '2>log' } },
      { mistake: 'It needs a variable of your environment', code: 'client-exited', data: { code: 1, command: 'initialize' }, note: 'The client gets PATH, HOME, the locale and the temporary folder. Set all else under `client.env` in `poscert.yaml`.' },
      { mistake: 'A script in between does not find the client', code: 'client-exited', data: { code: 127, command: 'initialize' }, note: 'A wrapper ends with `exec client "$@"`, so that no process is left between. poscert kills the whole process group anyway.' },
    ],
  },
  {
    title: 'It starts, but its lines are no answers',
    mistakes: [
      { mistake: 'The log goes to standard output', code: 'client-not-json', data: { line: 'Till 2.1.0 ready', what: 'text', first: true } },
      { mistake: 'A library, or a leftover print, writes beside the answers', code: 'client-not-json', data: { line: 'GET /stores 200', what: 'text' } },
      { mistake: 'Standard output is buffered', code: 'client-silent', data: { command: 'initialize', ms: 30000 }, note: 'A pipe is buffered where a terminal is not: it works by hand and hangs here. `flush=True` in Python, `$| = 1` in Perl, `setbuf(stdout, NULL)` in C, `AutoFlush = true` in .NET, `System.out.flush()` in Java.' },
      { mistake: 'The line end is missing', code: 'client-silent', data: { command: 'initialize', ms: 30000, held: '{"jsonrpc":"2.0","id":1,"result":{…}}' } },
      { mistake: 'The JSON is pretty-printed', code: 'client-not-json', data: { line: '{', what: 'pretty' } },
      { mistake: 'Two objects stand on one line', code: 'client-not-json', data: { line: '{"id":1,…}{"id":2,…}', what: 'several' } },
      { mistake: 'A byte order mark comes first', code: 'client-not-json', data: { line: '{"jsonrpc":"2.0",…}', what: 'byte-order-mark' } },
      { mistake: 'The output is UTF-16', code: 'client-not-json', data: { line: '{ " j s o n', what: 'utf-16' } },
      { mistake: 'The output is Latin-1', code: 'client-not-json', data: { line: '{"name":"Bl?"}', what: 'not-utf-8' } },
      { mistake: 'The JSON-RPC library frames with headers', code: 'client-not-json', data: { line: 'Content-Length: 61', what: 'header' } },
      { mistake: 'The object is printed, not serialised', code: 'client-not-json', data: { line: "{'jsonrpc': '2.0'}", what: 'quotes' } },
      { mistake: 'The answer is a batch', code: 'client-not-json', data: { line: '[{"jsonrpc":"2.0",…}]', what: 'batch' } },
      { mistake: 'A line of more than 1 MiB', code: 'client-line-too-long', data: { limit: 1048576 } },
    ],
  },
  {
    title: 'It answers, but not what was asked',
    mistakes: [
      { mistake: 'Ids of its own', code: 'client-wrong-id', data: { id: 4711, expected: 2 } },
      { mistake: 'The id as a text', code: 'client-wrong-id', data: { id: '2', expected: 2 } },
      { mistake: 'One command answered twice', code: 'client-wrong-id', data: { id: 2, expected: null, again: true } },
      { mistake: 'Neither a result nor an error', code: 'client-not-an-answer', data: { line: '{"jsonrpc":"2.0","id":2}' } },
      { mistake: 'A member is misspelt', code: 'client-bad-result', data: { command: 'createPointOfSale', missing: ['posId'], has: ['posid', 'beaconId'] } },
      { mistake: 'The result is wrapped once more', code: 'client-bad-result', data: { command: 'initialize', missing: ['protocol', 'name', 'version', 'commands'], has: ['ok', 'data'] } },
      { mistake: 'The result is serialised twice', code: 'client-bad-result', data: { command: 'initialize', problem: 'the result is not an object but a text', what: 'twice' } },
      { mistake: 'Another version of the protocol', code: 'client-protocol-mismatch', data: { ours: { min: 1, max: 1 }, theirs: 2 } },
      { mistake: 'It ends after its first command', code: 'client-exited', data: { code: 0, command: 'createPointOfSale' } },
      { mistake: 'A command throws', code: 'client-exited', data: { code: 1, command: 'deletePointOfSale' } },
      { mistake: 'It demands a member that may be missing', code: 'client-bad-params', data: { member: 'orderId', message: 'is required' } },
      { mistake: 'A command is not there, or not listed', code: 'unsupported-command', data: { command: 'deletePointOfSale' } },
      { mistake: 'A command that does not exist is listed', code: 'doctor-command-unknown', data: { name: 'capturepayment', nearest: 'capturePayment' } },
      { mistake: 'It does not end at shutdown', code: 'client-shutdown-forced', data: { lane: 'payments' } },
    ],
  },
  {
    title: 'It answers, but its requests are wrong',
    mistakes: [
      { mistake: 'The path of baseUrl is dropped, doubled or replaced', code: 'unexpected-request', data: { expected: ['Create a PoS'], method: 'POST', target: '/pos/v10/pos/v10/pointofsales' }, note: 'A GET to a path that is not there is answered 404: look at its address in the exchanges of the finding.' },
      { mistake: 'The token is asked for in the wrong place', code: 'unexpected-request', data: { expected: ['Create a PoS'], method: 'POST', target: '/pos/v10/connect/token' }, note: 'The token comes from `{authBaseUrl}/connect/token`, which is beside `baseUrl` and not below it.' },
      { mistake: 'It answers without having sent anything', code: 'missing-request', data: { operation: 'createPointOfSale', expected: 'Create a PoS', command: 'createPointOfSale' }, note: 'So do clients that keep the address of the first lane, or their own: each lane has another port, and all requests go to the `api` of its own `initialize`.' },
      { mistake: 'The token is sent bare', code: 'bearer-token-missing', data: {} },
      { mistake: 'Another version in the header than in initialize', code: 'version-differs', data: { where: 'header', got: '1.0.0', expected: '2.1.0' } },
      { mistake: 'Amounts as texts', code: 'amount-malformed', data: { operation: 'initiatePayment', member: 'amount', got: '100' } },
      { mistake: 'States in words of its own', code: 'state-invented', data: { got: 'reserved', lastSeen: 'Reserved', truth: 'Reserved' }, note: 'States are spelt as the API spells them, `Reserved`, `CancelledByUser`; one that the client does not know is `Unknown`.' },
      { mistake: 'What must outlive a restart is kept in memory, or elsewhere than in stateDir', code: 'wrong-ending', data: { command: 'restart', differences: [{ member: 'posId', expected: 'c85916b1' }] }, note: 'A file in the working directory seems to do, until two lanes run side by side and share it.' },
    ],
  },
];
