import { member } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { brief, choice, word } from './phrases.ts';
import type { Words, WordTable } from './entry.ts';

/* What is wrong with a text that a person wrote: a case, an obligation, pack.yaml, and poscert.yaml where it is YAML like the others. */

/** The nearest name that there is, else all of them. */
const instead = (data: JsonObject): string => {
  const near = member(data, 'nearest');
  if (typeof near === 'string') return `Did you mean ${near}?`;
  const known = member(data, 'known');
  return Array.isArray(known) && known.length > 0
    ? `There are ${choice(data, 'known', 'none')}.`
    : 'Look for a misspelling; poscert list, poscert explain and the schema in the first line of the file know the names there are.';
};

/** An entry for a name that is not known. */
const unknown =
  (what: string, cause?: string) =>
  (data: JsonObject): Words => ({
    title: `There is no ${what} ${word(data, 'name', 'of that name')}`,
    ...(cause === undefined ? {} : { cause }),
    remedy: instead(data),
  });

export const scriptWords: WordTable = {
  'yaml-too-large': (data) => ({
    title: `The file is larger than ${word(data, 'limit', 'what is read')} bytes`,
    remedy: 'Split it: one case a file.',
  }),
  'yaml-too-deep': (data) => ({
    title: `Maps and lists lie deeper than ${word(data, 'limit', 'what is read')} in one another`,
    cause: 'Deep nesting makes parsers run out of memory, so that it is refused before the parser sees it.',
    remedy: 'Flatten it; no case needs more than a dozen levels.',
  }),
  'yaml-syntax': (data) => ({
    title: `This is not YAML: ${word(data, 'message', 'the parser gave no reason')}`,
    remedy:
      'Look at the indentation of this line and the one before, and at brackets and quotes that are not closed.',
  }),
  'yaml-duplicate-member': (data) => ({
    title: `${word(data, 'member', 'This name')} stands here twice`,
    remedy: 'Keep one of the two.',
  }),
  'yaml-alias': () => ({
    title: 'Aliases (*name) are not read',
    cause: 'They make small files grow without bound.',
    remedy: 'Write the value out.',
  }),
  'yaml-tag': (data) => ({
    title: `The tag ${word(data, 'tag', '')} is not read`,
    remedy: 'Write a plain value; a text that begins with ! stands in quotes.',
  }),
  'yaml-name-not-text': (data) => ({
    title: `${word(data, 'source', 'This')} is not a name`,
    cause: 'Names of members are texts; YAML reads this one as another kind of value.',
    remedy: 'Put it in quotes if it is meant as a name.',
  }),
  'yaml-name-forbidden': (data) => ({
    title: `${word(data, 'member', 'This name')} can't be the name of a member`,
    remedy: 'Choose another name.',
  }),
  'yaml-number-changes': (data) => ({
    title: `${word(data, 'source', 'This')} is read as the number ${word(data, 'value', 'of another form')}`,
    cause: 'YAML takes leading zeros, exponents and prefixes for ways to write a number.',
    remedy: `If it is a text, put it in quotes: "${word(data, 'source', '')}"; if it is a number, write it plainly.`,
  }),
  'unknown-member': unknown('member'),
  'missing-member': (data) => ({
    title: `${word(data, 'member', 'A member')} is missing`,
    remedy: `Add ${word(data, 'member', 'it')} here.`,
  }),
  'text-wanted': (data) => ({
    title: `${word(data, 'member', 'This')} is a text, but ${word(data, 'source', 'this')} is read as ${
      member(data, 'kind') === 'number'
        ? `the number ${word(data, 'value', '')}`
        : word(data, 'value', 'another kind')
    }`,
    cause: 'Unquoted, YAML makes a number of it: 3.10 becomes 3.1, 00001 becomes 1.',
    remedy: `Put it in quotes: "${word(data, 'source', '')}"`,
  }),
  'wrong-value': (data) => ({
    title: `${word(data, 'member', 'This')} can't be ${brief(member(data, 'got'))}`,
    remedy: `Expected: ${word(data, 'expected', 'another value')}`,
  }),
  'case-file-name': (data) => ({
    title: `${word(data, 'file', 'The file')} is not named as a case is`,
    remedy:
      'Put it into the folder of its feature and name it <nn>-<slug>.yaml: payments/01-complete-a-payment.yaml',
  }),
  'unknown-step': unknown('step'),
  'unknown-command': unknown('command'),
  'unknown-operation': unknown('operation'),
  'unknown-path-member': unknown('path parameter'),
  'unknown-act': unknown('act'),
  'unknown-truth': unknown('question'),
  'unknown-truth-member': unknown('member to compare'),
  'unknown-result-member': unknown('member of the result'),
  'unknown-state': unknown('state'),
  'unknown-ending': unknown(
    'ending',
    'A word as an ending is refused or gaveUp; everything else is members of the result.',
  ),
  'unknown-need': unknown('need'),
  'unknown-behaviour': unknown('behaviour'),
  'needs-clash': (data) => ({
    title: `The needs ${word(data, 'need', '')} and ${word(data, 'other', '')} both give $${word(data, 'name', '')}`,
    remedy: 'Keep one of them, and make the other one with steps of the case.',
  }),
  'parameters-missing': (data) => ({
    title: 'The command needs parameters',
    remedy: `Add with: { … }; it takes ${choice(data, 'known', 'some')}.`,
  }),
  'act-needs-arguments': (data) => ({
    title: `${word(data, 'act', 'The act')} needs arguments`,
    remedy: 'Add with: { … }.',
  }),
  'restart-takes-nothing': () => ({
    title: 'A restart has no parameters',
    remedy: 'Take the with: away; what a client remembers is its own.',
  }),
  'kill-outside-traffic': () => ({
    title: 'The power is cut in the middle of a request, not between commands',
    remedy:
      'Put client: kill into the traffic of a command, behind the request; between commands client: restart is enough.',
  }),
  'command-in-traffic': (data) => ({
    title: `${word(data, 'got', 'A command')} can't stand in traffic`,
    remedy: 'Only client: kill can; a command is a step of its own.',
  }),
  'processed-missing': (data) => ({
    title: `It is not said whether the sandbox carries out what the ${word(data, 'fault', 'fault')} disturbs`,
    remedy: 'Add processed: true or processed: false.',
  }),
  'times-empty': (data) => ({
    title: `No number is in ${word(data, 'times', 'this range')}`,
    remedy: 'Write the smaller number first, and at least 1 as the larger.',
  }),
  'truth-of-what': (data) => ({
    title: `It is not said which ${word(data, 'truth', 'thing')} is meant`,
    remedy: `Add ${choice(data, 'by', 'what identifies it')}.`,
  }),
  'name-malformed': (data) => ({
    title: `${word(data, 'text', 'This')} is no name`,
    cause: 'A name is a $ with letters and digits, and a whole value.',
    remedy: 'Write $order; a text that begins with $ is written $$.',
  }),
  'name-in-text': (data) => ({
    title: `A name can't be a part of a text: ${word(data, 'text', '')}`,
    cause: 'A name stands for a whole value, so that what a case sends can be read from it.',
    remedy: 'Use the name alone, or write $$ for a plain $ sign.',
  }),
  'save-malformed': () => ({
    title: 'What is saved needs a name of its own and nothing beside it',
    remedy: 'Write { save: payment }: letters and digits, without $.',
  }),
  'save-misplaced': (data) => ({
    title: `There is no value here to save as ${word(data, 'name', 'a name')}`,
    remedy: 'Save from path, body, answered or ends.',
  }),
  'name-set-later': (data) => ({
    title: `$${word(data, 'name', '')} is read before it is set`,
    remedy: 'Save it in an earlier step.',
  }),
  'name-never-set': (data) => ({
    title: `$${word(data, 'name', '')} stands for ${word(data, 'member', 'an id')}, but nothing sets it`,
    cause:
      'A name that nobody sets is a text made up for the case; an id of the backend must have come from an answer.',
    remedy:
      member(data, 'nearest') === undefined
        ? 'Save it from an answer or an ending, or declare the need that gives it.'
        : `Did you mean $${word(data, 'nearest', '')}?`,
  }),
  'retry-of-nothing': () => ({
    title: 'Nothing stands in front of this that it could repeat',
    remedy: 'Put the first request before it, in the same command.',
  }),
  'retry-of-another': (data) => ({
    title: `${word(data, 'operation', 'This')} can't be a repeat of ${word(data, 'before', 'another operation')}`,
    remedy: 'Take retryOf away, or put it behind the request that it repeats.',
  }),
  'timeouts-only': (data) => ({
    title: `Several repeats of ${word(data, 'operation', 'the call')} are spent on time-outs`,
    cause:
      'A client waits up to 20 seconds for each; and some take two in a row for a dead line, which is lawful.',
    remedy: 'Let the first be a time-out, the rest 500 or a reset.',
  }),
  'too-many-retries': (data) => ({
    title: `The call has to fail ${word(data, 'failed', 'too many')} times before it succeeds`,
    cause: `Only ${word(data, 'most', 'two')} repeats are recommended: a client that stops there is lawful.`,
    remedy: 'Let it succeed earlier, or let the command end with gaveUp.',
  }),
  'processed-timeout': (data) => ({
    title: `A processed time-out of ${word(data, 'operation', 'the call')} in a case that decides the certificate`,
    cause:
      'A client that asks and sees the work done rightly sends nothing more, so that nothing can be demanded of it.',
    remedy: 'Say processed: false, or make it a hardening case that is judged by its check alone.',
  }),
  'repeat-demanded': (data) => ({
    title: `A repeat of ${word(data, 'operation', 'the call')} is demanded, though the work is done already`,
    remedy: 'Make it times: 0..1.',
  }),
  'unreachable-after-kill': () => ({
    title: 'Nothing of a command comes after the power cut',
    remedy: 'Put it into the traffic of client: restart.',
  }),
  'kill-without-restart': () => ({
    title: 'After client: kill the next step is client: restart',
    remedy: 'Add it; without it no further step can be reached.',
  }),
  'kill-after-nothing': () => ({
    title: 'client: kill follows the request in whose midst the power fails',
    remedy: 'Put the expectation directly before it.',
  }),
  'hold-without-kill': () => ({
    title: 'A request is held for a power cut that never comes',
    remedy: 'Put client: kill behind it, or use fault: timeout.',
  }),
  'delay-without-slow': (data) => ({
    title: `A ${word(data, 'fault', 'fault')} has no delay`,
    remedy: 'Only fault: slow takes a delay.',
  }),
  'answered-never-delivered': (data) => ({
    title: `With fault: ${word(data, 'fault', 'timeout')} nothing is answered that could be looked at`,
    remedy: 'Take answered and answeredWith away.',
  }),
  'unreachable-expectation': (data) => ({
    title: `An earlier expectation takes every ${word(data, 'operation', 'request')} there is`,
    remedy: 'Give the earlier one an upper bound, or tell the two apart by their path.',
  }),
  'repeat-forbidden': (data) => ({
    title: `One repeat of ${word(data, 'operation', 'the call')} has to be let through`,
    cause: 'Not to repeat what was refused is recommended; a single repeat breaks no must.',
    remedy: 'Make it times: 0..2 or 1..2.',
  }),
  'refusal-not-lawful': (data) => ({
    title: `${word(data, 'command', 'The command')} is refused by the backend, and may not end so`,
    cause: 'A client that knows better refuses by itself, without sending anything.',
    remedy: 'Add ends: [refused, gaveUp].',
  }),
  'look-up-demanded': (data) => ({
    title: `${word(data, 'operation', 'A look-up')} is demanded, and is only recommended here`,
    remedy: 'Take it away: reads may come at any time. Judge by the check.',
  }),
  'between-one-go': (data) => ({
    title: `Between ${word(data, 'first', 'one command')} and ${word(data, 'then', 'the next')} nothing may stand`,
    cause: `A client with ${word(data, 'behaviour', 'the behaviour')} does both in one go.`,
    remedy: `Move it before or behind the two, or add unless: { behaviour: ${word(data, 'behaviour', '…')} }.`,
  }),
  'check-not-last': () => ({
    title: 'A check stands at the end of a case',
    remedy: 'Move it behind the last step.',
  }),
  'list-not-counted': (data) => ({
    title: `${word(data, 'truth', 'The list')} is not counted, so that an empty one would do`,
    remedy: 'Add count: 1, or how many there are to be.',
  }),
  'pack-unreadable': (data) => ({
    title: `The case pack can't be read: ${word(data, 'message', 'no reason given')}`,
    remedy: 'Install poscert again, or name the right folder.',
  }),
  'pack-file-name': (data) => ({
    title: `${word(data, 'file', 'A file')} has characters in its name that a pack's files don't have`,
    remedy: 'Use letters, digits, dot, hyphen and underscore.',
  }),
  'pack-id': (data) => ({
    title: `The folder holds the pack ${word(data, 'id', '')}, not ${word(data, 'expected', '')}`,
    remedy: 'Put it into the folder that has its name.',
  }),
  'order-of-no-feature': (data) => ({
    title: `The order names ${word(data, 'feature', 'a feature')}, which is no feature of the pack`,
    remedy: `There are ${choice(data, 'known', 'none')}.`,
  }),
  'order-without-file': (data) => ({
    title: `There is no file for ${word(data, 'feature', '')}/${word(data, 'slug', '')}`,
    remedy: 'Add the file, or take the case out of the order.',
  }),
  'order-repeats': (data) => ({
    title: `${word(data, 'feature', '')}/${word(data, 'slug', '')} stands in the order twice`,
    remedy: 'Keep one of the two.',
  }),
  'file-without-order': (data) => ({
    title: `${word(data, 'feature', '')}/${word(data, 'slug', '')} is not in the order, so that it would never run`,
    remedy: `Add ${word(data, 'slug', 'it')} to order.${word(data, 'feature', '')} in pack.yaml.`,
  }),
  'after-unknown': (data) => ({
    title: `${word(data, 'case', 'The case')} continues ${word(data, 'after', 'a case')}, which its feature doesn't have`,
    remedy: 'Name a case of the same feature.',
  }),
  'obligation-id': (data) => ({
    title: `The obligation ${word(data, 'id', '')} stands in the file of another`,
    remedy: 'Name the file as the obligation.',
  }),
  'unknown-feature': unknown('feature'),
  'unknown-case': (data) => ({
    title: `There is no case ${word(data, 'name', '')}`,
    remedy:
      word(data, 'nearest', '') === ''
        ? 'poscert list names them all.'
        : `Did you mean ${word(data, 'nearest', '')}? poscert list names them all.`,
  }),
  'ambiguous-case': (data) => ({
    title: `Several cases are called ${word(data, 'name', 'so')}`,
    remedy: `Say ${choice(data, 'known', 'which one')}.`,
  }),
  'no-case-selected': (data) => ({
    title: 'No case is selected',
    cause: `The features ${choice(data, 'features', '(none)')} have no case of this tier.`,
    remedy: 'poscert list shows what there is.',
  }),
};
