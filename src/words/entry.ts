import type { JsonObject } from '../model/json.ts';

/** What a code means to a person. `title` is one line and names what was wrong with the data at hand. */
export interface Words {
  readonly title: string;
  /** The likely cause: how clients (or set-ups) usually get here. */
  readonly cause?: string;
  /** What to do. */
  readonly remedy?: string;
}

/** One entry a code, told with the data of the finding or problem. */
export type WordTable = Readonly<Record<string, (data: JsonObject) => Words>>;
