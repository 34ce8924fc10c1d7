import { member } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import { brief, word } from './phrases.ts';
import type { WordTable } from './entry.ts';

/* What is wrong with a configuration; what is wrong with its YAML stands with the scripts. */

const near = (data: JsonObject, otherwise: string): string =>
  member(data, 'nearest') === undefined ? otherwise : `Did you mean ${word(data, 'nearest', '')}?`;

/** A list that was written as one text, as it would be written right. */
const asList = (data: JsonObject): string | undefined => {
  const got = member(data, 'got');
  if (member(data, 'expected') !== 'a list' || typeof got !== 'string') return undefined;
  const parts = got.split(/[\s,]+/).filter((part) => part !== '');
  // What has quotes or brackets of its own is not put together by guessing.
  if (parts.length === 0 || /["'[\]{}:#]/.test(got)) return undefined;
  return `Write it as a list: [${parts.join(', ')}]`;
};

export const configWords: WordTable = {
  'config-not-found': () => ({
    title: 'The configuration file is not there',
    remedy: 'Check the path after --config; poscert init writes a new file.',
  }),
  'config-unreadable': (data) => ({
    title: `The configuration file can't be read: ${word(data, 'message', 'no reason given')}`,
    remedy: 'Check its rights, and that it is a file.',
  }),
  'config-misnamed': (data) => ({
    title: 'This file is not read as the configuration',
    cause: `Only ${word(data, 'expected', 'poscert.yaml')} is looked for.`,
    remedy: `Rename it to ${word(data, 'expected', 'poscert.yaml')}, or say --config.`,
  }),
  'setting-wrong': (data) => ({
    title: `${word(data, 'setting', 'The setting')} can't be ${brief(member(data, 'got'))}`,
    remedy: near(data, asList(data) ?? `Expected: ${word(data, 'expected', 'another value')}`),
  }),
  'unknown-variable': (data) => ({
    title: `${word(data, 'name', 'A variable')} in the environment means nothing to poscert`,
    remedy: near(data, 'Take it away, or see poscert config --print for what there is.'),
  }),
  'secret-literal': (data) => ({
    title: `${word(data, 'member', 'A secret')} stands in the file itself`,
    cause: 'The file is meant to be committed, and a secret with it.',
    remedy:
      'Write clientSecret: { env: ACME_SECRET } or { file: … }, and change the secret if it has been shared.',
  }),
  'secret-missing': (data) => ({
    title: `${word(data, 'variable', 'The variable of the client secret')} is not set in the environment`,
    remedy: `Set ${word(data, 'variable', 'it')} before the run.`,
  }),
  'version-file-missing': (data) => ({
    title: `The version can't be read from ${word(data, 'from', 'the file')}`,
    ...(member(data, 'message') === undefined ? {} : { cause: word(data, 'message', '') }),
    remedy: 'The path is relative to poscert.yaml.',
  }),
  'version-file-wrong': (data) => ({
    title: `${word(data, 'from', 'The file')} has ${
      member(data, 'got') === undefined ? 'no version' : `the version ${brief(member(data, 'got'))}`
    }`,
    remedy: `Expected: a member version, ${word(data, 'expected', 'Major.Minor.Build')}`,
  }),
  'client-name-characters': () => ({
    title: "The client's name has characters that can't be seen",
    cause: 'On a certificate two names could look alike.',
    remedy: 'Write the name without control and formatting characters.',
  }),
  'driver-unsaid': () => ({
    title: 'A client is named, but not how it is run',
    cause: "Without a command poscert's own reference client would be run, and not yours.",
    remedy: 'Add command: […] or url: … under client, or say driver: sdk to mean it.',
  }),
  'driver-contradiction': (data) => ({
    title: `The driver ${word(data, 'driver', '')} takes no ${word(data, 'member', 'such member')}`,
    remedy: `Take ${word(data, 'member', 'it')} away, or choose the driver that goes with it: process or oneshot with a command, http with a url.`,
  }),
  'driver-needs': (data) => ({
    title: `The driver ${word(data, 'driver', '')} needs a ${word(data, 'member', 'way to the client')}`,
    remedy:
      member(data, 'member') === 'url'
        ? 'Add url: http://… under client, or --client http://…'
        : 'Add command: [program, argument] under client, or --client "program argument".',
  }),
  'command-and-url': () => ({
    title: 'Both a command and a url lead to the client',
    remedy: 'Keep one of the two, or say which driver is meant.',
  }),
  'command-unterminated': (data) => ({
    title: `A quote ${word(data, 'quote', '')} in ${word(data, 'setting', 'the command')} is not closed`,
    remedy: 'Close it; in poscert.yaml the command is a list, which needs no quoting.',
  }),
  'command-shell-syntax': (data) => ({
    title: `${word(data, 'found', 'This')} is for a shell, and the command is handed to none`,
    remedy: `Say --client "sh -c '…'" to mean it, or put the word in quotes.`,
  }),
  'production-host': (data) => ({
    title: `${word(data, 'url', 'This address')} is production: real money moves there`,
    remedy: 'Use the embedded sandbox (target: embedded) or a sandbox of your own.',
  }),
  'target-url': (data) => ({
    title: `${word(data, 'url', 'This')} is no address of a sandbox`,
    remedy: 'Write http:// or https://, without a user name in it.',
  }),
  'target-plain': (data) => ({
    title: `${word(data, 'url', 'The target')} would get tokens unencrypted`,
    remedy: 'Use https://, or say --allow-plain in a closed network.',
  }),
  'remote-without-client-id': () => ({
    title: 'A remote sandbox needs the client id that it knows',
    remedy: 'Add sandboxClientId under client.',
  }),
  'gateway-remote': (data) => ({
    title: `The gateway would listen on ${word(data, 'host', 'the network')}, where others can reach it`,
    remedy: 'Say --allow-remote to mean it, or use 127.0.0.1.',
  }),
  'gateway-plain': (data) => ({
    title: `The gateway on ${word(data, 'host', 'the network')} would take tokens unencrypted`,
    remedy: 'Add tls: { cert: …, key: … } under gateway, or say --allow-plain in a closed network.',
  }),
  'client-elsewhere': (data) => ({
    title: `The client at ${word(data, 'url', 'its address')} can't reach a gateway on ${word(data, 'host', 'this machine alone')}`,
    remedy: 'Set gateway.host to an address of this machine that the client sees, and say --allow-remote.',
  }),
  'answers-wrong': (data) => ({
    title: `The file of answers is not what it must be: ${word(data, 'problem', 'no reason given')}`,
    remedy:
      'A list of entries such as { prompt: awaitPayment, say: yes } or { case: payments/complete-a-payment, prompt: restart, say: cannot }.',
  }),
};
