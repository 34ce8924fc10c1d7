import { series, word } from './phrases.ts';
import type { JsonObject } from '../model/json.ts';
import type { WordTable } from './entry.ts';

/* What the command line and the surroundings of a run may say. */

const nearest = (data: JsonObject): { remedy?: string } => {
  const name = word(data, 'nearest', '');
  return name === '' ? {} : { remedy: `Did you mean ${name}?` };
};

const ourFault = 'This is a fault of poscert or of the machine, not of the client.';

export const runWords: WordTable = {
  'unknown-report': (data) => ({
    title: `There is no report format "${word(data, 'format', '')}"`,
    remedy: `Formats: ${series(data, 'known', '')}. Write --report junit=report.xml to put one into a file.`,
  }),
  'reports-to-one-stream': () => ({
    title: 'Two reports would go to the same screen',
    remedy: 'Give all but one of them a file: --report json=report.json.',
  }),
  'unknown-id': (data) => ({
    title: `Nothing here is called "${word(data, 'id', '')}"`,
    cause:
      'Cases, obligations, codes of findings and errors, error codes of the API, and exit-codes can be explained.',
    remedy: nearest(data).remedy ?? 'poscert list names cases and obligations.',
  }),
  'nothing-failed': (data) => ({
    title: `Every case of the last run (${word(data, 'run', '?')}) passed: there is nothing to run again`,
    remedy: 'Leave --failed out to run everything.',
  }),
  'no-last-run': (data) => ({
    title: 'There is no last run whose failed cases could be run again',
    cause: `Runs are looked for in .poscert below ${word(data, 'root', 'the working directory')}.`,
    remedy: 'Run poscert run once without --failed.',
  }),
  'not-writable': (data) => ({
    title: `poscert could not write: ${word(data, 'message', 'the system refused')}`,
    cause: 'The folder is not writable, or the disk is full. What can not be recorded can not be judged.',
    remedy: 'Make room or give write access; runs are written to .poscert beside poscert.yaml.',
  }),
  'poscert-failed': (data) => ({
    title: `poscert itself failed: ${word(data, 'message', 'no reason was given')}`,
    cause: ourFault,
    remedy: 'Run it again with POSCERT_DEBUG=1 and report what it prints.',
  }),
  'case-file-missing': (data) => ({
    title: `There is no case file ${word(data, 'file', '')}`,
    remedy: 'Give paths of .yaml files, or none to check the whole pack.',
  }),
  'nothing-examined': () => ({
    title: 'The client sent nothing at all in this case, so nothing is known',
    cause: 'It answered every command without a single request.',
    remedy: 'Let the adapter really operate the client: what it answers is compared with its traffic.',
  }),
  'harness-failed': (data) => ({
    title: `poscert failed while it ran this case: ${word(data, 'message', '')}`,
    cause: ourFault,
    remedy: 'Run the case again with POSCERT_DEBUG=1 and report what it prints.',
  }),
  'gateway-failed': (data) => ({
    title: `poscert's gateway failed: ${word(data, 'message', '')}`,
    cause: ourFault,
    remedy: 'Run the case again with POSCERT_DEBUG=1 and report what it prints.',
  }),
  'lane-not-built': (data) => ({
    title: `The lane could not be set up: ${word(data, 'message', '')}`,
    cause: 'Its gateway, its sandbox or its folder could not be made.',
    remedy: 'poscert doctor tells what is wrong with the set-up.',
  }),
  'port-in-use': (data) => ({
    title: `The gateway's port is taken: ${word(data, 'message', '')}`,
    cause: 'Another program, or another run of poscert, listens there.',
    remedy: 'Stop it, or set gateway.port to another number; 0 takes any free one.',
  }),
  'folder-not-writable': (data) => ({
    title: `A folder of the lane could not be written: ${word(data, 'message', '')}`,
    remedy: 'Make room or give write access to the temporary folder (TMPDIR).',
  }),
  'client-abandoned': (data) => ({
    title: `${word(data, 'command', 'The command')} was abandoned by poscert before the client had answered`,
  }),
  'client-shutdown-forced': (data) => ({
    title: `The client of lane ${word(data, 'lane', '?')} did not exit within 5 s of shutdown and was killed`,
    remedy: 'Let the adapter answer shutdown and end its process.',
  }),
  'client-shutdown-failed': (data) => ({
    title: `The client of lane ${word(data, 'lane', '?')} did not answer shutdown`,
    remedy: 'Let the adapter answer shutdown with {}.',
  }),
  'not-identified': () => ({
    title: 'The configuration does not say whose client this is and which version',
    remedy: 'Set client.name and client.version (Major.Minor.Build, in quotes) in poscert.yaml.',
  }),
  'new-case-id': (data) => ({
    title: `${word(data, 'id', 'That')} can't be the id of a case`,
    remedy: 'Write the feature, a slash and a slug of small letters, digits and hyphens: payments/two-tills.',
  }),
  'case-there': (data) => ({
    title: `There is a case ${word(data, 'case', 'of that id')} already: ${word(data, 'file', 'a file')}`,
    remedy: 'Change that one, or choose another slug.',
  }),
  'simulation-refused': (data) => ({
    title: `The sandbox's user simulation refused what the customer was to do: ${word(data, 'message', 'no reason given')}`,
    remedy: 'See whether the till had brought the payment to the point where the customer can act.',
  }),
};
