import type { Case, ClientStep, Expectation, Step } from '../../model/case.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Operation } from '../../model/operation.ts';
import type { Pack } from '../../model/pack.ts';
import type { Problem } from '../../model/problem.ts';

/** What of a pack a case is held against; with its cases, names of the case that it continues are known. */
export type LintPack = Pick<Pack, 'vocabulary' | 'operations'> & { readonly cases?: readonly Case[] };

/** A case as the rules see it. */
export interface Linted {
  readonly case: Case;
  readonly pack: LintPack;
  readonly operations: ReadonlyMap<string, Operation>;
  /** The steps that its needs bring, and its own. */
  readonly steps: readonly Step[];
}

/** One rule: what it finds, in any order. */
export type LintRule = (linted: Linted) => readonly Problem[];

/** A finding of a rule at a line of the case. */
export function finding(linted: Linted, line: number, code: string, data: JsonObject = {}): Problem {
  return { code, place: { file: linted.case.file, line }, data: { case: linted.case.id, ...data } };
}

/** The case's own steps that operate the client. */
export function clientSteps(linted: Linted): readonly ClientStep[] {
  return linted.case.steps.filter((step) => step.kind === 'client');
}

export function expectationsOf(step: ClientStep): readonly Expectation[] {
  return step.traffic.filter((item) => item.kind === 'expect');
}

/** Whether every operation that it names has the property. */
export function every(
  linted: Linted,
  expectation: Expectation,
  property: (operation: Operation) => boolean,
): boolean {
  return expectation.operations.every((name) => {
    const operation = linted.operations.get(name);
    return operation !== undefined && property(operation);
  });
}

export function isWrite(linted: Linted, expectation: Expectation): boolean {
  return every(linted, expectation, (operation) => operation.reads !== true);
}

export function sameOperation(left: Expectation, right: Expectation): boolean {
  return left.operations.some((name) => right.operations.includes(name));
}

/** Whether a client gets no answer that it could go by. */
export function fails({ plan }: Expectation): boolean {
  return (plan.kind === 'fault' && plan.fault !== 'slow') || (plan.kind === 'status' && plan.status >= 500);
}

/** Whether all the answers that it may have are refusals, a missing token aside. */
export function isRefused({ plan, answeredWith }: Expectation): boolean {
  const refusal = (status: number): boolean => status >= 400 && status < 500 && status !== 401;
  if (plan.kind === 'status') return refusal(plan.status);
  return plan.kind !== 'fault' && answeredWith !== undefined && answeredWith.every(refusal);
}
