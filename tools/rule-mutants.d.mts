import type { Rule } from '../src/model/obligation.ts';

export function worthless(rule: Rule, word: string): Rule;
export function boundMutants(): { readonly id: string }[];
