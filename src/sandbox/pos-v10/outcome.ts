import type { JsonValue } from '../../model/json.ts';
import type { CallbackOrder } from '../../model/ports.ts';
import type { Payment } from './state.ts';

/** What cannot be done now, and why; nothing changes. */
export interface Impossible {
  readonly kind: 'impossible';
  readonly code: string;
  readonly message: string;
}

export function impossible(code: string, message: string): Impossible {
  return { kind: 'impossible', code, message };
}

/** What came of something that the customer or the backend tried. */
export type Tried =
  { readonly kind: 'done'; readonly payment?: Payment; readonly note?: string } | Impossible;

/** What came of an act, with the notifications it asks for. */
export type Acted =
  | { readonly kind: 'done'; readonly result: JsonValue; readonly callbacks?: readonly CallbackOrder[] }
  | Impossible
  | { readonly kind: 'unsupported'; readonly message: string };
