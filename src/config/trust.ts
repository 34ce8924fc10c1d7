import { trustFileSchema, type TrustEntry } from '../model/certificate.ts';
import type { Parsed } from '../model/problem.ts';
import { check } from '../model/schema-problems.ts';
import { readConfigText } from './yaml.ts';

/** Reads a trust file: a list of keys, each with the issuer that it may speak for (certificate.md). */
export function readTrust(text: string, file: string): Parsed<TrustEntry[]> {
  const located = readConfigText(text, file);
  return located.ok ? check(located.value, [], trustFileSchema) : located;
}
