import { series, word } from './phrases.ts';
import type { JsonObject } from '../model/json.ts';
import type { WordTable } from './entry.ts';

/* What keeps stored runs and foreign traffic from being looked at again, and what to know of the result. */

const path = (data: JsonObject): string => word(data, 'path', 'the file');
const run = (data: JsonObject): string => word(data, 'run', 'the run');

export const auditWords: WordTable = {
  'no-run-yet': (data) => ({
    title: 'There is no run yet',
    cause: `Runs are looked for in .poscert below ${word(data, 'root', 'the working directory')}.`,
    remedy: 'poscert run makes one; or give the path of a run.jsonl.',
  }),
  'run-missing': (data) => ({
    title: `There is no run "${word(data, 'run', '')}"`,
    cause:
      series(data, 'like', '') === ''
        ? `Runs are looked for in .poscert/runs below ${word(data, 'root', 'the working directory')}; a path of a run.jsonl or its folder will do as well.`
        : `Several runs are called so: ${series(data, 'like', '')}.`,
    remedy:
      word(data, 'nearest', '') === ''
        ? 'Leave the name out to take the last run.'
        : `Did you mean ${word(data, 'nearest', '')}?`,
  }),
  'recording-missing': (data) => ({
    title: `There is no recording at ${path(data)}`,
    remedy: 'Give the path of a run.jsonl, or of a HAR file for poscert check.',
  }),
  'recording-damaged': (data) => ({
    title: `The recording ${path(data)} is damaged in line ${word(data, 'line', '?')}: ${word(data, 'fault', '')}`,
    cause: 'It was changed after it was written, or damaged on its way. Nothing after that is believed.',
    remedy: 'Take it again from where it was made; a recording is never repaired.',
  }),
  'recording-unusable': (data) => ({
    title: `The rules could not read the recording ${path(data)}: ${word(data, 'message', '')}`,
    cause: 'Its records hold what poscert does not write.',
    remedy: 'If poscert made it, report this.',
  }),
  'recording-cut-off': (data) => ({
    title: `The last line of the recording of ${run(data)} was cut off while it was written (line ${word(data, 'line', '?')})`,
    cause: 'The machine or poscert was stopped then. Everything before that line stands.',
  }),
  'run-unfinished': (data) => ({
    title: `Run ${run(data)} was not recorded to its end`,
    cause: 'It is still going on, or poscert was killed.',
    remedy: 'poscert run --resume goes on with the cases that have not passed.',
  }),
  'resumed-run-missing': (data) => ({
    title: `Run ${run(data)} goes on from a run that can't be named: ${word(data, 'resumed', '')}`,
    cause: 'The file "resumes" in its folder was changed.',
  }),
  'run-of-other-pack': (data) => ({
    title: `Run ${run(data)} was made with another case pack (${word(data, 'then', '?')}; here it is ${word(data, 'now', '?')})`,
    cause: 'Its cases can not be judged by a pack that they are not of.',
    remedy: 'Run again with this version, or use the version of poscert that made the run.',
  }),
  'told-as-then': (data) => ({
    title: `Run ${run(data)} was made with another case pack (${word(data, 'then', '?')}), so it is told as it was judged then`,
  }),
  'judged-otherwise': (data) => ({
    title: `Run ${run(data)} was judged ${word(data, 'then', '?')} by poscert ${word(data, 'by', '?')}; by this version it is ${word(data, 'now', '?')}`,
    cause: 'The rules of the versions differ; what was recorded is the same.',
  }),
  'file-too-large': (data) => ({
    title: `${path(data)} is larger than ${word(data, 'limitMiB', '?')} MiB`,
    remedy: 'Give a shorter recording: one day of one till is enough.',
  }),
  'har-no-json': (data) => ({
    title: `${path(data)} is neither a recording of poscert nor a HAR file: ${word(data, 'fault', '')}`,
    remedy: 'Give a run.jsonl, or the HAR 1.2 file that a proxy exports.',
  }),
  'har-too-many': (data) => ({
    title: `${path(data)} has ${word(data, 'entries', '?')} entries; ${word(data, 'limit', '?')} are read at the most`,
    remedy: 'Give a shorter recording, or several files.',
  }),
  'har-without-bodies': (data) => ({
    title: `${path(data)} leaves out what the API answered (entries ${series(data, 'entries', '?')})`,
    cause: 'Without it a till would be blamed for what it rightly did.',
    remedy: 'Export the HAR with the bodies of the answers.',
  }),
  'har-foreign': (data) => ({
    title: `${word(data, 'count', '?')} entries of ${path(data)} are no traffic of this API and were left out`,
  }),
  'har-unreadable': (data) => ({
    title: `Entries without a usable time were left out of ${path(data)}: ${series(data, 'entries', '?')}`,
    cause: 'Each entry needs startedDateTime and time as HAR 1.2 has them.',
  }),
  'merge-one-run': () => ({
    title: 'One run alone can not be merged',
    remedy: 'Name all shards: poscert merge RUN RUN …',
  }),
  'merge-same-run': (data) => ({
    title: `The same run was given twice: ${series(data, 'runs', '?')}`,
  }),
  'merge-different': (data) => ({
    title: `The runs are not shards of one certification: their ${word(data, 'what', 'facts')} differs (${series(data, 'values', '')})`,
    remedy: 'Merge runs of one client, in one version, with one case pack.',
  }),
  'merge-overlap': (data) => ({
    title: `More than one of the runs ${series(data, 'runs', '')} has ${series(data, 'cases', 'the same cases')}`,
    cause: 'They could say two things about one case.',
    remedy: 'Merge shards made with --shard 1/n to n/n, each once.',
  }),
  'merged-run': (data) => ({
    title: `This report was merged from ${series(data, 'runs', 'several runs')}`,
    cause: 'A certificate states one run on one machine.',
    remedy: 'Run poscert run without --shard to certify.',
  }),
  'resumed-run': (data) => ({
    title: `This run went on from run ${run(data)}`,
    cause: 'A certificate states one run from its beginning to its end.',
    remedy: 'Run poscert run without --resume to certify.',
  }),
  'shard-run': (data) => ({
    title: `This run was shard ${word(data, 'shard', '?')}: only some of the cases`,
    remedy: 'Join the shards with poscert merge; run without --shard to certify.',
  }),
  'shard-wrong': (data) => ({
    title: `--shard ${word(data, 'got', '')} is no part of a whole`,
    remedy: 'Write --shard 1/3: the first of three, from 1 to at most 99.',
  }),
  'shard-empty': (data) => ({
    title: `Shard ${word(data, 'shard', '?')} has no case`,
    cause: 'There are fewer chains of cases than shards.',
    remedy: 'Use fewer shards.',
  }),
  'flags-exclude': (data) => ({
    title: `${series(data, 'flags', 'These flags')} can not be given together`,
    cause: 'Each of them chooses which cases are run.',
  }),
  'nothing-to-resume': (data) => ({
    title: `Every case of run ${run(data)} has passed: there is nothing to go on with`,
    remedy: 'Leave --resume out to run everything.',
  }),
  'resume-different': (data) => ({
    title: `Run ${run(data)} can not be gone on with: its ${word(data, 'what', 'set-up')} was ${word(data, 'then', '?')}, now it is ${word(data, 'now', '?')}`,
    cause: 'Verdicts about one client say nothing about another.',
    remedy: 'Leave --resume out to run everything.',
  }),
  'watch-needs-terminal': () => ({
    title: '--watch works on a terminal only',
    cause: 'It never ends by itself, which would keep a pipeline waiting.',
  }),
  'nothing-to-watch': () => ({
    title: 'There is no file to watch',
    cause: 'There is no poscert.yaml, and no word of the client command is a file here.',
    remedy: 'Give the client as a program of files: --client "node till.mjs".',
  }),
  'support-case-missing': (data) => ({
    title: `Run ${run(data)} has nothing of a case "${word(data, 'case', '')}"`,
    remedy: `It has ${series(data, 'cases', 'no case')}.`,
  }),
};
