export const HABITS = [];
export function applyHabit(name) {
  throw new Error(`no habit ${name}`);
}
