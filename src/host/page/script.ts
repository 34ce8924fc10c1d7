import { SCRIPT_ELEMENTS } from './script-elements.ts';
import { SCRIPT_ROWS } from './script-rows.ts';
import { SCRIPT_SHOW } from './script-show.ts';
import { SCRIPT_STAGE } from './script-stage.ts';
import { SCRIPT_TILLS } from './script-tills.ts';

/** What the page does, as one file; each part uses what stands before it. */
export const PAGE_SCRIPT = SCRIPT_ELEMENTS + SCRIPT_TILLS + SCRIPT_ROWS + SCRIPT_STAGE + SCRIPT_SHOW;
