/** A defect as plain data; `breaks` is an obligation id, or step, client-error, unsupported, warning. */
export interface Defect {
  readonly name: string;
  readonly group: string;
  readonly sentence: string;
  readonly breaks: string;
  readonly seenIn: string;
}
export const defectTable: readonly Defect[];
