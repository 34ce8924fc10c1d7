/** Something that is no part of any exchange's record, for the log of the run. */
export type Trouble =
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly reason: string;
      readonly method: string;
      readonly target: string;
    }
  | { readonly kind: 'upstream-failed'; readonly id: number; readonly message: string }
  /** The gate threw, or its answer cannot be sent: a fault of our own. */
  | { readonly kind: 'exchange-failed'; readonly id: number; readonly message: string };
