import type { Pack } from '../src/model/pack.ts';

export function pack(): Pack;
