import { member, textMember } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { choice, series, span, word } from './phrases.ts';
import type { Words, WordTable } from './entry.ts';

/* What the engine finds when the traffic, a result or the truth isn't what the case says. */

const PARTS: Readonly<Record<string, string>> = {
  body: 'the body of the request',
  query: 'the query of the request',
  path: 'the path of the request',
  headers: 'the headers of the request',
  answer: 'the answer',
  status: 'the status of the answer',
};

const RETRY: Readonly<
  Record<string, { readonly title: string; readonly cause: string; readonly remedy: string }>
> = {
  key: {
    title: 'with another idempotency key',
    cause: 'A new key is made each time a request is sent, so the backend takes the retry for a new order.',
    remedy:
      'Make the key once, when the operation is decided, keep it (over a restart too), and send it again with every retry.',
  },
  body: {
    title: 'with another body',
    cause: 'The body is built anew for each attempt, with a new time, number or order id in it.',
    remedy: 'Build the request once and send the same bytes again; only the token may be a fresh one.',
  },
  path: {
    title: 'to another path',
    cause:
      'The retry was made for another payment, refund or point of sale than the request that got no good answer.',
    remedy: 'Send the request again to the same address, with the same ids.',
  },
  operation: {
    title: 'as another operation',
    cause:
      'The client gave up on the request, or first did something else that the case does not allow here.',
    remedy: 'After a lost answer or a 5xx send the same request again before anything else is written.',
  },
};

const byWhat = (data: JsonObject): (typeof RETRY)[string] | undefined => {
  const what = member(data, 'what');
  return typeof what === 'string' && Object.hasOwn(RETRY, what) ? RETRY[what] : undefined;
};

const part = (data: JsonObject): string => {
  const where = member(data, 'where');
  return typeof where === 'string' && Object.hasOwn(PARTS, where)
    ? (PARTS[where] ?? where)
    : word(data, 'where', 'what was sent');
};

export const engineWords: WordTable = {
  'missing-request': (data) => ({
    title: `The client never sent ${word(data, 'operation', 'the request')}: "${word(data, 'expected', 'an expected request')}"`,
    cause:
      'The client stopped before this request: it did not retry after the fault in front of it, took an answer for final that is not, or answered the command too early.',
    remedy: `After the last exchange of ${word(data, 'command', 'the command')}, send ${word(data, 'operation', 'the request')} before answering it.`,
  }),
  'unexpected-request': unexpectedRequest,
  'members-differ': (data) => ({
    title: `${word(data, 'operation', 'A request')}: ${part(data)} is not what the case asks for`,
    cause: whyMembersDiffer(data),
    remedy: 'Compare the members below with the parameters of the command and send what is expected there.',
  }),
  'not-a-retry': (data) => ({
    title: `${word(data, 'operation', 'The request')} was repeated ${byWhat(data)?.title ?? `with another ${word(data, 'what', 'content')}`}`,
    cause: byWhat(data)?.cause ?? 'A retry is the same request once more, not a new one.',
    remedy: byWhat(data)?.remedy ?? 'Send the same request again: same operation, path, key and body.',
  }),
  'wrong-ending': wrongEnding,
  'command-failed': (data) => ({
    title: `${word(data, 'command', 'The command')} failed in the client: ${word(data, 'message', 'no message')}`,
    cause: `The adapter answered with JSON-RPC error ${word(data, 'rpcCode', '(no code)')}: an exception in the client, or an outcome that should be 1 (refused) or 2 (gave up).`,
    remedy:
      'Find the message in the log of the client; what it refuses answers with code 1, what it gave up on with code 2, all else with a result.',
  }),
  'truth-differs': (data) => ({
    title: `What the sandbox holds is not what the case ends with (${word(data, 'truth', 'its truth')})`,
    cause:
      'The client answered the command, but the work was not done, was done twice, or was done with other values.',
    remedy:
      'Go through the exchanges of the case (-v shows all): the one that should have brought this about is missing, wrong or doubled.',
  }),
  'act-impossible': (data) => ({
    title: `${word(data, 'act', 'An act')} could not be done: ${word(data, 'message', word(data, 'code', 'no reason given'))}`,
    cause:
      'What the customer or MobilePay was to do had no payment, refund or check-in to do it to: the client is further or less far than the case.',
    remedy:
      'See the exchange before the act: the client had to have brought the payment to the point where the act is possible.',
  }),
  'act-unsupported': (data) => ({
    title: `${word(data, 'act', 'An act')} cannot be done here: ${word(data, 'message', 'no reason given')}`,
    cause: 'A remote sandbox cannot be told everything that the embedded one can.',
    remedy: 'Run the case against the embedded sandbox (target: embedded).',
  }),
  'ran-too-long': (data) => ({
    title: `${word(data, 'command', 'The command')} did not end within ${span(data, 'ms', 'its time')}`,
    cause:
      'The client goes on sending requests without an end: it polls past a final state, or repeats what is refused.',
    remedy:
      'End polling at a final state, and give up after at most five retries; a slow client sets client.patience higher.',
  }),
  silent: (data) => ({
    title: `${word(data, 'command', 'The command')}: neither a request nor an answer came for ${span(data, 'ms', 'as long as we are patient')}`,
    cause:
      'The client waits for something that will not come (an input, a lock, an answer without a time-out), or the adapter never wrote its result.',
    remedy:
      'Set time-outs on every request, write the result as one line and flush it; where the client needs longer, raise client.patience.',
  }),
};

function whyMembersDiffer(data: JsonObject): string {
  switch (member(data, 'where')) {
    case 'answer':
    case 'status':
      return 'The sandbox answered otherwise than the case foresees: an earlier request brought the payment into another state, or this one was not valid.';
    case 'headers':
      return 'A header is missing or set once for the whole client instead of for each request.';
    default:
      return 'A parameter of the command was dropped, rounded, turned into a text, or replaced by a value of the client.';
  }
}

/** The result has members, some of them wrong: those are named. Otherwise it ended in another way than it may. A restart is answered by `recover`. */
function wrongEnding(data: JsonObject): Words {
  const said = word(data, 'command', 'The command');
  const command = said === 'restart' ? 'recover' : said;
  const differences = member(data, 'differences');
  const rows = Array.isArray(differences)
    ? differences.filter((one) => textMember(one, 'member') !== undefined)
    : [];
  if (rows.length === 0)
    return {
      title: `${command} ended with ${endingOf(data)}, expected ${choice(data, 'expected', 'another ending')}`,
      cause:
        'The client believes something else than what happened, or the adapter does not pass on what the client knows.',
      remedy: `Let ${command} answer with what the API said last, or with refused or gave up where the case allows it.`,
    };
  const members = series({ members: rows.map((one) => member(one, 'member') ?? '') }, 'members', 'a member');
  const absent = rows.every((one) => member(one, 'got') === undefined);
  return absent
    ? {
        title: `The result of ${command} lacks ${members}`,
        ...(said === 'restart' || said === 'recover'
          ? {
              cause:
                'After the restart the client did not find what it had stored: it keeps it in memory, or elsewhere than in stateDir; or the adapter does not pass it on.',
              remedy: `Store it in stateDir before the restart, take it up in recover, and answer with ${members}.`,
            }
          : {
              cause: 'The adapter does not pass on what the client knows.',
              remedy: `Answer ${command} with ${members} as well.`,
            }),
      }
    : {
        title: `${command} answered, but ${members} ${rows.length === 1 ? 'is' : 'are'} not as expected`,
        cause:
          'The client believes something else than what happened, or the adapter passes on an older state.',
        remedy: `Let ${command} answer with what the API said last.`,
      };
}

function endingOf(data: JsonObject): string {
  return member(data, 'got') === undefined
    ? 'something else'
    : choice({ got: [member(data, 'got') ?? null] }, 'got', 'something else');
}

function unexpectedRequest(data: JsonObject): Words {
  const request = `${word(data, 'method', '?')} ${word(data, 'target', '?')}`;
  const expected = choice(data, 'expected', 'nothing more');
  if (member(data, 'operation') === undefined && member(data, 'target') !== undefined)
    return {
      title: `The client sent a request that the API does not have where ${expected} was expected: ${request}`,
      cause:
        'The path or method is misspelt, or the base address handed over in initialize was put together with a path of its own.',
      remedy: 'Append the documented path to api.baseUrl as it is: POST {baseUrl}/payments.',
    };
  const operation = word(data, 'operation', 'a request');
  if (member(data, 'differences') !== undefined)
    return {
      title: `The client sent ${operation} for another id than the command names: ${request}`,
      cause:
        'The id comes from somewhere else than from the command and its answers: from the sale before, from a variable that all calls share, or another kind of id stands in its place.',
      remedy: 'Put the id of the payment, refund or point of sale at hand into the path.',
    };
  return {
    title: `The client sent ${operation} where ${expected} was expected${member(data, 'target') === undefined ? '' : `: ${request}`}`,
    cause:
      'The client wrote something that this step does not call for: a second attempt under a new key, an early capture, or a cleaning-up that was not due.',
    remedy: 'Send no other write at this point; reading is allowed at any time.',
  };
}
