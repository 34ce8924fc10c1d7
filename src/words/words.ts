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

/** Every table with what it is about, in reading order; a code stands in one of them only (a test says so). */
export const WORD_GROUPS: readonly { readonly title: string; readonly table: WordTable }[] = [
  { title: 'What a case does not find as it asks', table: engineWords },
  { title: 'Duties that are broken', table: ruleWords },
  { title: 'The client itself', table: clientWords },
  { title: 'Why a case says neither yes nor no', table: reasonWords },
  { title: 'Case scripts and packs', table: scriptWords },
  { title: 'Configuration and flags', table: configWords },
  { title: 'The run', table: runWords },
  { title: 'The person at the till', table: operatorWords },
  { title: 'What the doctor looks at', table: doctorWords },
  { title: 'Certificates', table: certificateWords },
  { title: 'Recordings and runs looked at again', table: auditWords },
];

export const WORD_TABLES: readonly WordTable[] = WORD_GROUPS.map(({ table }) => table);

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
