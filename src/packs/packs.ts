import { posV10 } from './pos-v10.ts';

/** The packs there are, in reading order; the first is the usual one. Each one's cases stand in `cases/<id>`. */
export const packs = [posV10] as const;
