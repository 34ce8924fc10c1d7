import type { Case } from '../src/model/case.ts';
import type { Pack } from '../src/model/pack.ts';

/** A recording of one till in one case. */
export interface Scene {
  readonly client: string;
  readonly case: string;
  readonly comesTo: {
    readonly verdict: string;
    readonly musts: readonly string[];
    readonly shoulds: readonly string[];
  };
}
export interface CaseMutant {
  readonly id: string;
  readonly case: string;
  readonly mutant: Case;
}
export function keptScenes(): Scene[];
export function survivors(): Record<string, readonly string[]>;
export function mutantsOf(pack: Pack): {
  readonly told: readonly CaseMutant[];
  readonly played: readonly CaseMutant[];
};
export function kills(scene: Scene, mutant: Case, pack: Pack): boolean;
export function ruleSurvivors(
  scenes: readonly Scene[],
  pack: Pack,
  useful?: Set<Scene>,
  words?: readonly string[],
): string[];
export function boundSurvivors(
  some?: (mutant: { readonly id: string }, index: number) => boolean,
): Promise<string[]>;
export function staleScenes(scenes: readonly Scene[], pack: Pack): string[];
