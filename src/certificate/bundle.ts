/** A certificate's folder as it was read, or one file of it. */
export interface Bundle {
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The whole folder was handed over: what is missing from it is missing. */
  readonly whole: boolean;
  /** Names of ours that are links; they are not followed. */
  readonly links?: readonly string[];
}
