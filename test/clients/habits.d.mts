export interface Habit {
  readonly name: string;
  readonly sentence: string;
}
export const habitTable: readonly Habit[];
