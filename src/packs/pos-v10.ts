import { posV10Vocabulary } from '../model/pos-v10/vocabulary.ts';
import { posV10Rules } from '../rules/pos-v10/index.ts';
import { CATALOGUE } from '../sandbox/pos-v10/catalogue.ts';
import { posV10Sandbox } from '../sandbox/pos-v10/simulation.ts';
import type { SandboxState } from '../sandbox/pos-v10/state.ts';
import type { PackKind } from './kind.ts';
import { posV10Remote } from './pos-v10-remote.ts';

/** MobilePay PoS V10. */
export const posV10: PackKind<SandboxState> = {
  id: 'pos-v10',
  vocabulary: posV10Vocabulary,
  rules: posV10Rules,
  simulation: posV10Sandbox,
  errors: CATALOGUE,
  remote: posV10Remote,
};
