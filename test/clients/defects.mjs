export const DEFECTS = [];
export function applyDefect(name) {
  throw new Error(`no defect ${name}`);
}
