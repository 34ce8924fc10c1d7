import type { TrafficExample, TrafficExamples } from '../../src/report/docs-obligations.ts';
import type { Header } from '../../src/model/http.ts';
import type { RequestRecord, RunRecord } from '../../src/model/recording.ts';
import { codes, judge } from '../rules/recording-builder.ts';
import { PROOFS } from '../rules/proofs.ts';
import type { Scene } from '../rules/proof.ts';
import { posV10Rules } from '../../src/rules/pos-v10/index.ts';

/** How many of each are shown. */
const RIGHT = 3;
const WRONG = 4;

/** The scenes by which the rules are tested, as examples for readers. */
export function trafficExamples(): TrafficExamples {
  return Object.fromEntries(
    posV10Rules.map((rule) => {
      const scenes = PROOFS[rule.id] ?? [];
      const usual = constantHeaders(scenes);
      const example = (scene: Scene): TrafficExample => ({
        what: scene.what,
        lines: linesOf(scene.recording.records, usual),
        finds: codes(judge(rule, scene.recording, scene.context)),
      });
      const isRight = (scene: Scene): boolean =>
        scene.finds === undefined && scene.doubts === undefined && scene.examines !== false;
      return [
        rule.id,
        {
          right: scenes.filter(isRight).slice(0, RIGHT).map(example),
          wrong: scenes.filter((scene) => (scene.finds ?? []).length > 0).slice(0, WRONG).map(example),
        },
      ];
    }),
  );
}

const requests = (records: readonly RunRecord[]): RequestRecord[] => records.filter((record) => record.kind === 'request');
const written = ([name, value]: Header): string => `${name}: ${value}`;

/** Headers that stand in every request of all scenes of a rule: they tell a reader nothing. */
function constantHeaders(scenes: readonly Scene[]): ReadonlySet<string> {
  const all = scenes.flatMap((scene) => requests(scene.recording.records)).map((one) => one.headers.map(written));
  return new Set((all[0] ?? []).filter((header) => all.every((one) => one.includes(header))));
}

function linesOf(records: readonly RunRecord[], usual: ReadonlySet<string>): string[] {
  let before = 0;
  const answers = new Map(
    records.flatMap((record) => (record.kind === 'delivered' ? [[record.exchange, record]] : [])),
  );
  return records.flatMap((record): string[] => {
    const at = `${`+${String(Math.round(record.at - before))} ms`.padStart(9)}  `;
    const lines = linesOfOne(record, at, answers, usual);
    if (lines.length > 0) before = record.at;
    return lines;
  });
}

function linesOfOne(
  record: RunRecord,
  at: string,
  answers: ReadonlyMap<number, Extract<RunRecord, { kind: 'delivered' }>>,
  usual: ReadonlySet<string>,
): string[] {
    const rest = ' '.repeat(11);
    switch (record.kind) {
      case 'command':
        return [`${at}poscert: ${record.method} ${brief(record.params)}`.trimEnd()];
      case 'request': {
        const headers = record.headers.filter((header) => !usual.has(written(header)));
        const body = record.json === undefined ? record.text : JSON.stringify(record.json);
        const delivered = answers.get(record.exchange);
        const answer = delivered?.answer;
        const came =
          answer === undefined || delivered?.reachedClient !== true
            ? `← nothing (${delivered?.outcome ?? 'open'})`
            : `← ${String(answer.status)} ${answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json)}`;
        return [
          `${at}${record.method} ${short(record.target)}`,
          ...headers.map((header) => `${rest}${short(written(header))}`),
          ...(body === undefined ? [] : [`${rest}${short(body)}`]),
          `${rest}${short(came)}`.trimEnd(),
        ];
      }
      case 'result':
        return [`${at}till: ${record.reply.kind === 'result' ? brief(record.reply.result) || 'done' : record.reply.kind}`];
      case 'act':
        return [`${at}${record.group}: ${record.name}`];
      case 'killed':
        return [`${at}the power is cut`];
      case 'lane-started':
        return record.restarted ? [`${at}the till starts again`] : [];
      case 'case-ended':
        return [`${at}the case ends; the truth: ${short(JSON.stringify(record.truth))}`];
      case 'answered':
      case 'fault-begun':
      case 'delivered':
      case 'case-started':
      case 'case-not-run':
      case 'lane-ended':
      case 'lane-failed':
      case 'client-log':
      case 'client-fault':
      case 'exited':
      case 'harness':
      case 'timer':
      case 'truth':
      case 'run-started':
      case 'run-finished':
        return [];
    }
}

function brief(members: object): string {
  return Object.keys(members).length === 0 ? '' : short(JSON.stringify(members));
}

/** Ids that tell a reader no more than their beginning, and texts that go on and on. */
function short(text: string): string {
  const ids = text.replace(/([0-9a-f]{8})-[0-9a-f]{4}-4000-8000-[0-9a-f]{12}/gi, '$1…');
  return ids.length > 240 ? `${ids.slice(0, 239)}…` : ids;
}
