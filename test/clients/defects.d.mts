/** A defect as plain data; `breaks` is an obligation id, or step, client-error, unsupported, unproven, warning. */
export interface Defect {
  readonly name: string;
  readonly group: string;
  readonly sentence: string;
  readonly breaks: string;
  readonly seenIn: string;
  /** Why no case shows it yet. */
  readonly gap?: string;
}
export const defectTable: readonly Defect[];
