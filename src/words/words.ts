import type { JsonObject } from '../model/json.ts';
import { auditWords } from './audit.ts';
import { brief } from './phrases.ts';
import { certificateWords } from './certificate.ts';
import { clientWords } from './client.ts';
import { configWords } from './config.ts';
import { doctorWords } from './doctor.ts';
import { engineWords } from './engine.ts';
import { operatorWords } from './operator.ts';
import { reasonWords } from './reasons.ts';
import { ruleWords } from './rules.ts';
import { runWords } from './run.ts';
import { scriptWords } from './script.ts';
import type { Words, WordTable } from './entry.ts';

/** Every table, in reading order; a code stands in one of them only (a test says so). */
export const WORD_TABLES: readonly WordTable[] = [
  engineWords,
  ruleWords,
  clientWords,
  reasonWords,
  scriptWords,
  configWords,
  runWords,
  operatorWords,
  doctorWords,
  certificateWords,
  auditWords,
];

/** The codes that have an entry, sorted. */
export function knownCodes(): readonly string[] {
  return [...new Set(WORD_TABLES.flatMap((table) => Object.keys(table)))].sort();
}

/** Whether `code` has an entry. */
export function hasWords(code: string): boolean {
  return WORD_TABLES.some((table) => Object.hasOwn(table, code));
}

/**
 * What `code` means with `data`. A code that has no entry, as a recording of another version may hold, is told by its name and data.
 */
export function wordsFor(code: string, data: JsonObject): Words {
  for (const table of WORD_TABLES) {
    const entry = Object.hasOwn(table, code) ? table[code] : undefined;
    if (entry !== undefined) return said(code, entry(data));
  }
  const members = Object.entries(data).map(([name, value]) => `${name} ${brief(value)}`);
  return { title: members.length === 0 ? code : `${code}: ${members.join(', ')}` };
}

/** Data of another version may leave a sentence empty: then it is left out. */
function said(code: string, { title, cause = '', remedy = '' }: Words): Words {
  return {
    title: title.trim() === '' ? code : title,
    ...(cause.trim() === '' ? {} : { cause }),
    ...(remedy.trim() === '' ? {} : { remedy }),
  };
}
