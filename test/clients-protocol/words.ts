import type { ClientFault } from '../../src/model/client.ts';
import { wordsFor } from '../../src/words/words.ts';

/** All that a person is told about a fault. */
export function faultWords(fault: ClientFault): string {
  const { title, cause, remedy } = wordsFor(fault.code, { ...fault.data });
  return [title, cause ?? '', remedy ?? ''].join('\n');
}
