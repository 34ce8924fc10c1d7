import { member, type JsonObject } from '../model/json.ts';
import { clientWords } from './client.ts';
import { plural, series, span, word } from './phrases.ts';
import type { WordTable } from './entry.ts';

/* What `poscert doctor` finds in a set-up, in order and out of order; and what keeps `poscert init` from making one. */

const meant = (data: JsonObject, otherwise: string): string =>
  member(data, 'nearest') === undefined ? otherwise : `Did you mean ${word(data, 'nearest', '')}?`;

const counted = (data: JsonObject, name: string, noun: string): string => {
  const value = member(data, name);
  return typeof value === 'number' ? plural(value, noun) : `${noun}s`;
};

export const doctorWords: WordTable = {
  'doctor-node': (data) => ({ title: `Node ${word(data, 'version', '')} is new enough` }),
  'doctor-node-old': (data) => ({
    title: `Node ${word(data, 'version', '')} is too old`,
    cause: 'The packages that poscert is made of need a newer one.',
    remedy: `Install Node ${word(data, 'least', '20.19')} or newer; node --version says which one is found first.`,
  }),
  'doctor-folders': (data) => ({
    title: `Runs, certificates and temporary files can be written (${word(data, 'root', 'here')})`,
  }),
  'doctor-folder-unwritable': (data) => ({
    title: `${word(data, 'folder', 'A folder')} can't be written, where ${word(data, 'what', 'files')} go: ${word(data, 'message', 'refused')}`,
    cause: 'The folder belongs to somebody else, is on a read-only disk, or the disk is full.',
    remedy:
      member(data, 'what') === 'temporary files'
        ? 'Give write access, or name another folder in TMPDIR.'
        : member(data, 'what') === 'certificates'
          ? 'Give write access, or name another folder with --certificates.'
          : 'Give write access; runs go to .poscert beside poscert.yaml.',
  }),
  'doctor-disk-full': (data) => ({
    title: `Little room is left on the disk of ${word(data, 'root', 'the project')}`,
    cause: 'A run of every feature writes about 5 MB, and one that cannot be recorded is not judged.',
    remedy: 'Make room; old runs in .poscert/runs can be deleted.',
  }),
  'doctor-config': (data) => ({
    title: `${word(data, 'file', 'poscert.yaml')} is in order`,
  }),
  'doctor-config-none': () => ({
    title: 'There is no poscert.yaml, here or above',
    cause: 'Without one nothing says whose client is run, and no certificate is written.',
    remedy: 'poscert init writes one.',
  }),
  'doctor-unnamed': (data) => ({
    title: `The configuration does not say the client's ${series(data, 'members', 'name and version')}`,
    cause: 'A certificate names the client and its version.',
    remedy: 'Set client.name and client.version (Major.Minor.Build, in quotes) in poscert.yaml.',
  }),
  'doctor-selection': (data) => ({
    title: `${counted(data, 'cases', 'case')} in ${series(data, 'features', 'no feature')}`,
  }),
  'doctor-gateway': (data) => ({
    title:
      member(data, 'port') === 0
        ? `The gateway can listen on ${word(data, 'host', 'this machine')}, on any free port`
        : `The gateway can listen on ${word(data, 'host', 'this machine')}, port ${word(data, 'port', '')}${
            member(data, 'last') === member(data, 'port') ? '' : ` to ${word(data, 'last', '')}`
          }`,
  }),
  'doctor-port-forbidden': (data) => ({
    title: `This user may not listen on port ${word(data, 'port', '')}`,
    cause: 'Ports below 1024 are for the administrator.',
    remedy: 'Set gateway.port to a number above 1023; 0 takes any free one.',
  }),
  'doctor-host-not-here': (data) => ({
    title: `${word(data, 'host', 'The host')} is no address of this machine: ${word(data, 'message', 'it can not be bound')}`,
    remedy: 'Set gateway.host to 127.0.0.1, or to an address that this machine has.',
  }),
  'doctor-tls-file': (data) => ({
    title: `${word(data, 'path', 'The certificate of the gateway')} can't be read: ${word(data, 'message', 'no reason given')}`,
    remedy: 'Paths under gateway.tls are relative to poscert.yaml; both files are PEM.',
  }),
  'doctor-tls-pair': (data) => ({
    title: `${word(data, 'cert', 'The certificate')} and ${word(data, 'key', 'its key')} can't be used: ${word(data, 'message', 'no reason given')}`,
    cause: 'They are not PEM, or the key belongs to another certificate.',
    remedy: 'Give a certificate and its own private key, both in PEM.',
  }),
  'doctor-tls-dates': (data) => ({
    title: `${word(data, 'path', 'The certificate of the gateway')} is valid from ${word(data, 'from', 'a day')} to ${word(data, 'to', 'another')} only`,
    remedy: 'Make a new one, or set the clock of this machine.',
  }),
  'doctor-embedded': () => ({ title: 'The embedded sandbox is used; nothing leaves this machine' }),
  'doctor-target': (data) => ({
    title: `${word(data, 'url', 'The target')} answers and takes the credentials`,
  }),
  'doctor-ca': (data) => ({
    title: `target.ca ${word(data, 'path', '')} can't be read: ${word(data, 'message', 'no reason given')}`,
    remedy: 'The path is relative to poscert.yaml; the file is a certificate in PEM.',
  }),
  'doctor-secret-file': (data) => ({
    title: `The client secret can't be read from ${word(data, 'path', 'its file')}: ${word(data, 'message', 'no reason given')}`,
    remedy: 'The path is relative to poscert.yaml; the file holds the secret and nothing else.',
  }),
  'doctor-target-unreachable': (data) => ({
    title: `${word(data, 'url', 'The target')} can't be reached: ${word(data, 'message', 'no answer')}`,
    cause: 'The address is misspelt, the sandbox is down, or a firewall is in between.',
    remedy: 'Compare target.authBaseUrl and target.baseUrl with what you were given, and try them with curl.',
  }),
  'doctor-tls-untrusted': (data) => ({
    title: `The certificate of ${word(data, 'url', 'the target')} is not trusted: ${word(data, 'message', 'no reason given')}`,
    cause: 'It was issued by an authority of your own, for another name, or has expired.',
    remedy: "Name the authority's certificate in target.ca (PEM); never switch the check off.",
  }),
  'doctor-credentials-refused': (data) => ({
    title: `The target refused the credentials (HTTP ${word(data, 'status', '401')})`,
    cause: `Client id ${word(data, 'clientId', '')} and the secret do not belong together, or are for another environment.`,
    remedy:
      'Compare client.sandboxClientId and the secret that target.clientSecret names with what you were given.',
  }),
  'doctor-no-token': (data) => ({
    title: `${word(data, 'url', 'The target')} answered HTTP ${word(data, 'status', '(none)')} and no token`,
    cause: 'The address leads to something else than the token service.',
    remedy: 'target.authBaseUrl ends before /connect/token, as documented: …/integrator-authentication.',
  }),
  'doctor-store': (data) => ({
    title: `The store is known there: brand ${word(data, 'brandId', '')}, location ${word(data, 'locationId', '')}`,
  }),
  'doctor-store-missing': (data) => ({
    title: `${counted(data, 'count', 'store')} of merchant ${word(data, 'vat', '')} fit brand ${word(data, 'brandId', '')}, location ${word(data, 'locationId', '')}; expected 1`,
    remedy: 'Correct merchant: { vat, brandId, locationId } in poscert.yaml.',
  }),
  'doctor-stores-refused': (data) => ({
    title: `The target answered HTTP ${word(data, 'status', '(none)')} when it was asked for the store`,
    cause: 'target.baseUrl leads elsewhere, or the merchant has not given access.',
    remedy: 'target.baseUrl ends in /pos/v10; ask the merchant for access for this client id.',
  }),
  'doctor-clock': (data) => ({
    title: `The clock of this machine differs by ${word(data, 'seconds', 'many')} s from the target's`,
    cause: 'Certificates and logs would bear wrong times.',
    remedy: 'Let the machine set its clock over the network (NTP).',
  }),
  'doctor-no-adapter': () => ({
    title: "There is no adapter yet: nothing says how your client is run, and poscert's own would be",
    remedy: 'poscert init writes one to start from; or name yours: --client "python3 till.py".',
  }),
  'doctor-sdk': () => ({
    title: "driver: sdk runs poscert's own reference client, not the one that is named",
    remedy: 'Set driver: process and command: […] when your adapter is there.',
  }),
  'doctor-operator': () => ({
    title: 'A person carries the commands out at the till; nothing has to be started',
  }),
  'doctor-program-missing': (data) => ({
    title: `The client can't be started: there is no program ${word(data, 'program', '')}`,
    cause:
      member(data, 'named') === true
        ? `A relative path is meant from ${word(data, 'cwd', 'the folder of poscert.yaml')}.`
        : 'It is not in PATH; in the folder of poscert.yaml a program is named ./till.',
    remedy: meant(data, 'Correct client.command, or install the program.'),
  }),
  'doctor-program-folder': (data) => ({
    title: `${word(data, 'program', 'The program')} is a folder`,
    remedy: 'Name the program inside it in client.command.',
  }),
  'doctor-line-ends': (data) => ({
    title: `The first line of ${word(data, 'program', 'the script')} ends as on Windows (\\r\\n)`,
    cause: 'The system looks for an interpreter whose name ends in a carriage return.',
    remedy: 'Save the file with line ends \\n, or name the interpreter first: command: [python3, till.py].',
  }),
  'doctor-no-first-line': (data) => ({
    title: `${word(data, 'program', 'The script')} does not say on its first line what runs it, so the system's shell did`,
    cause:
      'A script that is started by its own name needs #!/usr/bin/env and its interpreter as its first line.',
    remedy: 'Add that line, or name the interpreter in client.command: command: [python3, till.py].',
  }),
  'doctor-interpreter': (data) => ({
    title: `The first line of ${word(data, 'program', 'the script')} names ${word(data, 'interpreter', 'an interpreter')}, which is not there`,
    remedy: 'Install it, correct the line, or name the interpreter in client.command.',
  }),
  'doctor-script-missing': (data) => ({
    title: `There is no file ${word(data, 'script', '')} for ${word(data, 'program', 'the program')} to run`,
    cause: `It is looked for from ${word(data, 'cwd', 'the folder of poscert.yaml')}.`,
    remedy: meant(data, 'Correct the path in client.command.'),
  }),
  'doctor-started': (data) => ({
    title: `${word(data, 'name', 'The client')} ${word(data, 'version', '')} starts and answers initialize in ${span(data, 'ms', 'time')}`,
  }),
  'doctor-stopped': () => ({ title: 'It ends when it is told to' }),
  'doctor-version-form': (data) => ({
    title: `The adapter says version ${word(data, 'version', '(none)')}`,
    cause:
      'Versions are Major.Minor.Build, three numbers without leading zeros; a certificate covers a line Major.Minor.',
    remedy: 'Answer initialize with the version of your client in this form, such as "2.1.0".',
  }),
  'doctor-version-differs': (data) => ({
    title: `The adapter says version ${word(data, 'version', '')}, poscert.yaml declares ${word(data, 'declared', '')}`,
    cause: 'The certificate would be for another version than the one that was run.',
    remedy: 'Correct client.version, or let it be read: version: { from: package.json }.',
  }),
  'doctor-commands': (data) => ({
    title: `It offers every command that the selected features ask for (${counted(data, 'count', 'command')})`,
  }),
  'doctor-commands-missing': (data) => ({
    title: `For ${word(data, 'feature', 'a feature')} it lacks ${series(data, 'missing', 'commands')}`,
    cause: 'Cases that need a command the adapter lacks are unsupported, and their feature is not certified.',
    remedy: `Write them and list them in "commands", or leave ${word(data, 'feature', 'the feature')} out of features.`,
  }),
  'doctor-command-unknown': (data) => ({
    title: `It offers ${word(data, 'name', 'a command')}, which the protocol does not have`,
    remedy: meant(data, 'Take it out of "commands": nobody will call it.'),
  }),
  'doctor-behaviour-unknown': (data) => ({
    title: `It declares the behaviour ${word(data, 'name', '')}, which the protocol does not have`,
    remedy: meant(data, 'Take it out of "behaviours".'),
  }),
  'doctor-callback': (data) => ({ title: `It listens for notifications on ${word(data, 'url', '')}` }),
  'doctor-callback-url': (data) => ({
    title: `callbackUrl ${word(data, 'url', '')} is no address`,
    remedy: 'Answer initialize with http://127.0.0.1:<port>/<path>.',
  }),
  'doctor-callback-unheard': (data) => ({
    title: `Nobody listens on callbackUrl ${word(data, 'url', '')}`,
    cause: 'The adapter answered before it listened, or named another port.',
    remedy: 'Listen first, on port 0 of 127.0.0.1, and answer with the port that was given.',
  }),
  'doctor-beside': () => ({ title: 'It runs twice at once, a lane each' }),
  'doctor-not-twice': (data) => ({
    title: `It can't run twice at once. ${clientWords[word(data, 'problem', '')]?.(data).title ?? 'The second one failed'}`,
    cause:
      'Features run side by side, each with a client of its own; a port or a file of this client is there only once.',
    remedy: 'Keep everything in stateDir and listen on port 0; or set client.lanes: 1.',
  }),
  'doctor-key': (data) => ({ title: `Certificates are signed with key ${word(data, 'keyId', '')}` }),
  'doctor-key-none': () => ({
    title: 'There is no key to sign certificates with',
    cause: 'The certificate would be an unsigned statement.',
    remedy: 'poscert keys init makes one; in CI hand it over in POSCERT_SIGNING_KEY_FILE.',
  }),
  'doctor-certificate-none': () => ({ title: 'No certificate is wanted (--no-certificate)' }),

  'init-no-terminal': () => ({
    title: 'poscert init asks questions, and there is nobody to answer them',
    remedy:
      'Say --yes to take what is likely, with --language, --client-name and --client-version where it is not.',
  }),
  'init-file-exists': (data) => ({
    title: `${series(data, 'files', 'A file')} ${Array.isArray(member(data, 'files')) && (member(data, 'files') as unknown[]).length > 1 ? 'are' : 'is'} in ${word(data, 'folder', 'that folder')} already`,
    cause: 'poscert init overwrites nothing, so nothing was written.',
    remedy:
      'Move it away, or take another folder: poscert init --dir FOLDER. poscert doctor looks at what is there.',
  }),
};
