import { packFileSchema, type Pack, type PackFile, type Vocabulary } from '../model/pack.ts';
import type { Case } from '../model/case.ts';
import { problemAt, problemAtKey, type LocatedText } from '../model/located.ts';
import { obligationSchema, type Obligation } from '../model/obligation.ts';
import type { Parsed, Problem } from '../model/problem.ts';
import { check } from '../model/schema-problems.ts';
import { parseCase } from '../script/parse-case.ts';
import { readCaseText } from '../script/yaml.ts';
import { listingOf } from './digest.ts';

/** How a pack's folder is read; handed in, so that packs know no file system. Each of them may throw what the system throws. */
export interface PackReader {
  /** Every regular file under `folder`, relative to it, with `/` between the parts. */
  list(folder: string): readonly string[];
  read(path: string): Uint8Array;
  /** SHA-256 as lower-case hexadecimal. */
  sha256(bytes: Uint8Array): string;
}

/** What a folder holds; the rules and the simulation of a pack are code. */
export type PackContents = Omit<Pack, 'rules' | 'simulation' | 'errors' | 'remote'>;

interface Folder {
  readonly files: readonly string[];
  readonly bytes: ReadonlyMap<string, Uint8Array>;
  readonly place: (file: string) => string;
}

const FILE_NAME = /^[A-Za-z0-9._/-]+$/;

/**
 * Reads a pack's folder: pack.yaml, the cases in the order it gives, the obligations, and the digest of all files (standards.md 1.6).
 * Every fault in every file is reported at once. A file that the order lacks, and an order that has no file, are faults too.
 */
export function loadPack(folder: string, vocabulary: Vocabulary, reader: PackReader): Parsed<PackContents> {
  const problems: Problem[] = [];
  const opened = openFolder(folder, reader);
  if (!opened.ok) return opened;
  const { files, bytes, place } = opened.value;
  const text = (file: string): string => new TextDecoder().decode(bytes.get(file));
  const described = readPackFile(files, text, place);
  if (!described.ok) return described;
  const { located, pack } = described.value;
  const found = casesOf(files, text, place, vocabulary, pack);
  problems.push(...found.problems, ...orderProblems(located, pack, files, place));
  const obligations = obligationsOf(files, text, place);
  problems.push(...obligations.problems, ...partnerProblems(found.cases, place));
  if (problems.length > 0) return { ok: false, problems };
  const listing = listingOf(bytes, (one) => reader.sha256(one));
  return {
    ok: true,
    warnings: [],
    value: {
      id: pack.id,
      title: pack.title,
      version: pack.version,
      digest: reader.sha256(listing),
      listing: new TextDecoder().decode(listing),
      features: pack.features,
      groups: pack.groups,
      operations: pack.operations,
      keyHeader: pack.keyHeader,
      sources: pack.sources,
      mayLackRemote: pack.mayLackRemote,
      cases: inOrder(found.cases, pack),
      obligations: obligations.read,
      vocabulary,
    },
  };
}

function openFolder(folder: string, reader: PackReader): Parsed<Folder> {
  const place = (file: string): string => `${folder}/${file}`;
  try {
    const files = [...reader.list(folder)].sort();
    const problems = files.flatMap((file): Problem[] =>
      FILE_NAME.test(file) ? [] : [{ code: 'pack-file-name', place: { file: place(file) }, data: { file } }],
    );
    if (problems.length > 0) return { ok: false, problems };
    const bytes = new Map(files.map((file) => [file, reader.read(place(file))]));
    return { ok: true, value: { files, bytes, place }, warnings: [] };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { ok: false, problems: [{ code: 'pack-unreadable', place: { file: folder }, data: { message } }] };
  }
}

function readPackFile(
  files: readonly string[],
  text: (file: string) => string,
  place: (file: string) => string,
): Parsed<{ readonly located: LocatedText; readonly pack: PackFile }> {
  const file = place('pack.yaml');
  if (!files.includes('pack.yaml'))
    return {
      ok: false,
      problems: [{ code: 'pack-unreadable', place: { file }, data: { message: 'no pack.yaml' } }],
    };
  const located = readCaseText(text('pack.yaml'), file);
  if (!located.ok) return located;
  const pack = check(located.value, [], packFileSchema);
  return pack.ok ? { ok: true, value: { located: located.value, pack: pack.value }, warnings: [] } : pack;
}

function casesOf(
  files: readonly string[],
  text: (file: string) => string,
  place: (file: string) => string,
  vocabulary: Vocabulary,
  pack: PackFile,
): { readonly cases: readonly Case[]; readonly problems: readonly Problem[] } {
  const cases: Case[] = [];
  const problems: Problem[] = [];
  const features = new Set(pack.features.map((feature) => feature.id));
  for (const file of files) {
    if (!features.has(file.split('/')[0] ?? '') || !file.endsWith('.yaml')) continue;
    const parsed = parseCase(text(file), place(file), vocabulary, pack.operations);
    if (parsed.ok) cases.push(parsed.value);
    else problems.push(...parsed.problems);
  }
  return { cases, problems };
}

function obligationsOf(
  files: readonly string[],
  text: (file: string) => string,
  place: (file: string) => string,
): { readonly read: readonly Obligation[]; readonly problems: readonly Problem[] } {
  const read: Obligation[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const slug = /^obligations\/([^/]+)\.yaml$/.exec(file)?.[1];
    if (slug === undefined) continue;
    const located = readCaseText(text(file), place(file));
    const parsed = located.ok ? check(located.value, [], obligationSchema) : located;
    if (!parsed.ok) problems.push(...parsed.problems);
    else if (parsed.value.id === slug) read.push(parsed.value);
    else if (located.ok)
      problems.push(problemAt(located.value, ['id'], 'obligation-id', { id: parsed.value.id, file }));
  }
  return { read, problems };
}

const slugOf = (file: string): string | undefined => /^[^/]+\/\d+-(.+)\.yaml$/.exec(file)?.[1];

/** A case that the order lacks would never run, and one that has no file never did. */
function orderProblems(
  located: LocatedText,
  pack: PackFile,
  files: readonly string[],
  place: (file: string) => string,
): Problem[] {
  const features = pack.features.map((feature) => feature.id);
  const unknown = Object.keys(pack.order).flatMap((feature) =>
    features.includes(feature)
      ? []
      : [problemAtKey(located, ['order', feature], 'order-of-no-feature', { feature, known: features })],
  );
  return features.reduce<Problem[]>((problems, feature) => {
    const slugs = pack.order[feature] ?? [];
    const own = files.filter((file) => file.startsWith(`${feature}/`));
    const filed = own.map(slugOf);
    slugs.forEach((slug, index) => {
      const path = ['order', feature, index];
      if (!filed.includes(slug))
        problems.push(problemAt(located, path, 'order-without-file', { feature, slug }));
      if (slugs.indexOf(slug) !== index)
        problems.push(problemAt(located, path, 'order-repeats', { feature, slug }));
    });
    own.forEach((file, index) => {
      const slug = filed[index];
      if (slug === undefined)
        problems.push({ code: 'case-file-name', place: { file: place(file) }, data: { file } });
      else if (!slugs.includes(slug))
        problems.push({ code: 'file-without-order', place: { file: place(file) }, data: { feature, slug } });
    });
    return problems;
  }, unknown);
}

/** `after` names a case of the same feature that stands there: the two share a lane. */
function partnerProblems(cases: readonly Case[], place: (file: string) => string): Problem[] {
  return cases.flatMap((one): Problem[] => {
    const partner = cases.find((other) => other.id === one.after);
    if (
      one.after === undefined ||
      (partner !== undefined && partner.feature === one.feature && partner !== one)
    )
      return [];
    return [
      { code: 'after-unknown', place: { file: place(one.file) }, data: { case: one.id, after: one.after } },
    ];
  });
}

function inOrder(cases: readonly Case[], pack: PackFile): Case[] {
  return pack.features.flatMap((feature) =>
    (pack.order[feature.id] ?? []).flatMap((slug) =>
      cases.filter((one) => one.id === `${feature.id}/${slug}`),
    ),
  );
}
