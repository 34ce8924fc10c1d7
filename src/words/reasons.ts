import { member } from '../model/json.ts';
import { plural, series, span, word } from './phrases.ts';
import type { JsonObject } from '../model/json.ts';
import type { WordTable } from './entry.ts';

/* Why a case was not decided or not run, and why there is no certificate. */

const count = (data: JsonObject, name: string): number | undefined => {
  const value = member(data, name);
  return typeof value === 'number' ? value : undefined;
};

export const reasonWords: WordTable = {
  'unsupported-command': (data) => ({
    title: `The client does not offer ${word(data, 'command', 'a command')}`,
    cause: 'The adapter does not list the command in the result of initialize, or answered it with -32601.',
    remedy: `Implement ${word(data, 'command', 'it')} in the adapter and add it to "commands"; or leave the feature out.`,
  }),
  'unsupported-kill': () => ({
    title: 'The case kills the client in the middle of a request, which this driver cannot do',
    cause: 'With http and operator nothing can be killed.',
    remedy: 'Run it with driver: process or oneshot.',
  }),
  'unsupported-remote': (data) => ({
    title: `A remote sandbox cannot be told to do ${word(data, 'act', 'an act of this case')}`,
    remedy: 'Run it against the embedded sandbox (target: embedded).',
  }),
  'behaviour-excludes': (data) => ({
    title: `The case does not apply to a client that declares ${word(data, 'behaviour', 'a behaviour')}`,
  }),
  'fault-not-fired': (data) => ({
    title: `The fault "${word(data, 'fault', '?')}" planned for "${word(data, 'expectation', 'an expectation')}" never took place`,
    cause:
      'The request that was to be disturbed was not sent, so nothing is known about how the client takes it.',
    remedy:
      'Look at the steps of the case: the client reached its end by another way than the case foresees.',
  }),
  'evidence-missing': (data) => ({
    title: `The case wants ${polls(data, 'polls', 'more polls')}; the client made ${polls(data, 'seen', 'fewer')}`,
    cause: 'The client learned of the end without polling for it, or polls less often than it may.',
    remedy: 'Poll with the delay the last answer named (pollDelayInMs) until a final state.',
  }),
  'need-failed': (data) => ({
    title: `Not run: ${word(data, 'need', 'what it needs')} could not be made through the client; the first cause is in ${word(data, 'firstCause', 'an earlier case')}`,
    remedy: `Fix ${word(data, 'firstCause', 'the first cause')}; this case may well pass then.`,
  }),
  'lane-ended': (data) => ({
    title: `Not run: the second client error of the lane, in ${word(data, 'cause', 'an earlier case')}, ended it`,
    cause: 'After a second client error in a lane nothing more is learned from it.',
    remedy: `Fix ${word(data, 'cause', 'the first cause')}; this case may well pass then.`,
  }),
  'after-failed': (data) => ({
    title: `Not run: it continues ${word(data, 'case', 'another case')}, which did not pass`,
    remedy: `Fix ${word(data, 'case', 'that case')} first.`,
  }),
  bail: () => ({ title: 'Not run: --bail ends a run at the first case that does not pass' }),
  interrupted: () => ({
    title: 'Not run: the run was interrupted',
    remedy: 'Go on where it stopped: poscert run --resume',
  }),
  'timing-too-poor': (data) => ({
    title: `poscert itself was up to ${span(data, 'lagMs', 'too much')} late, so times cannot be judged`,
    cause: 'The machine was too busy while the case ran; nothing is held against the client.',
    remedy: 'Run it again with less beside it, or with --lanes 1.',
  }),
  'not-exercised': (data) => ({
    title: `Nothing in this run exercised it${member(data, 'feature') === undefined ? '' : ` (feature ${word(data, 'feature', '')})`}`,
    remedy: 'Select the feature, or make its cases pass.',
  }),

  'no-config': () => ({
    title: 'there is no poscert.yaml to say whose client this is',
    remedy: 'poscert init writes one.',
  }),
  'not-passed': (data) => ({
    title: `not everything selected passed${member(data, 'cases') === undefined ? '' : `: ${series(data, 'cases', '')}`}`,
    remedy: 'Fix the findings and run again, or select fewer features.',
  }),
  partial: () => ({
    title: 'only some cases were run',
    remedy: 'Run without --case, --failed and --shard.',
  }),
  'no-key': () => ({
    title: 'there is no key to sign with',
    remedy: 'poscert keys init makes one; in CI hand it over in POSCERT_SIGNING_KEY_FILE.',
  }),
  'reference-client': () => ({
    title: 'poscert ran its own reference client, not yours',
    remedy: 'Name your client: client.command in poscert.yaml, or --client.',
  }),
  disabled: () => ({ title: 'none was wanted (--no-certificate)' }),
};

function polls(data: JsonObject, name: string, otherwise: string): string {
  const value = count(data, name);
  return value === undefined ? otherwise : plural(value, 'poll');
}
