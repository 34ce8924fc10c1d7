import type { Area, Check } from '../../model/diagnosis.ts';

/** Makes the lines of one area. */
export function checksOf(area: Area): {
  (state: Check['state'], code: string, data?: Check['data'], log?: readonly string[]): Check;
} {
  return (state, code, data = {}, log = []) => ({
    area,
    state,
    code,
    data,
    ...(log.length === 0 ? {} : { log }),
  });
}

/** What the system said, as a code and a text. */
export function systemError(thrown: unknown): { readonly code: string; readonly message: string } {
  const error = thrown as { readonly code?: unknown; readonly message?: unknown } | null;
  return {
    code: typeof error?.code === 'string' ? error.code : '',
    message: typeof error?.message === 'string' ? error.message : String(thrown),
  };
}
