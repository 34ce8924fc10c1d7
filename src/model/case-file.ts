import * as z from 'zod';
import { MARKS, TIERS } from './case.ts';
import { durationMs, durationSchema } from './config.ts';
import { FAULTS } from './plan.ts';

/*
 * A case file as a person writes it (case-language.md). It names no pack: commands, operations, acts and truths are texts here and are
 * compared with the pack's own names by `script`.
 */

/** A name that a case gives to a value: `$payment`, `{ save: payment }`. */
export const NAME = /^[A-Za-z][A-Za-z0-9]*$/;

const members = z.record(z.string(), z.unknown());
const arguments_ = members.describe('arguments of the act');
const processed = z.boolean().describe('whether the sandbox carries the request out');

export const TIMES = /^(\d{1,4})\.\.(\d{1,4})?$/;
const timesSchema = z.union([
  z.number().int().min(1).max(9999),
  z.string().regex(TIMES, 'a number, a..b, or a.. for any number from a on'),
]);

export const answerSchemas = {
  status: z.strictObject({
    status: z.number().int().min(100).max(599),
    headers: z.record(z.string(), z.string()).exactOptional(),
    body: z.unknown().optional(),
    processed: processed.exactOptional(),
  }),
  fault: z.strictObject({
    fault: z.enum(FAULTS),
    processed: processed.exactOptional(),
    delay: durationSchema.describe('how long the answer of a slow one takes').exactOptional(),
  }),
  patch: z.strictObject({ patch: members.describe('JSON merge patch on the answer') }),
} as const;

const answerSchema = z.union([
  z.literal('forward'),
  answerSchemas.status,
  answerSchemas.fault,
  answerSchemas.patch,
]);

const expectationSchema = z.strictObject({
  expect: z.union([z.string(), z.array(z.string()).min(1)]).describe('an operation, or a list of them'),
  name: z.string().min(1).exactOptional(),
  path: members.exactOptional(),
  query: members.exactOptional(),
  headers: members.exactOptional(),
  body: members.describe('a part of the JSON of the request').exactOptional(),
  retryOf: z.literal('previous').describe('same operation and path, same key, equal body').exactOptional(),
  times: timesSchema.exactOptional(),
  answer: answerSchema.describe('what we do to it').exactOptional(),
  answered: members.describe('members that the answer, as delivered, must have had').exactOptional(),
  answeredWith: z
    .union([z.number().int().min(100).max(599), z.array(z.number().int().min(100).max(599)).min(1)])
    .describe('the HTTP status of the answer, or a list of them; default any 2xx')
    .exactOptional(),
});

/** As `expectationSchema`; what `answer` holds is looked at on its own, to tell more of what is wrong with it. */
export const expectationHeadSchema = expectationSchema.extend({ answer: z.unknown().optional() });

/** Acts by their group. `clock` moves forward only. */
export const actSchemas = {
  customer: z.strictObject({ customer: z.string(), with: arguments_.exactOptional() }),
  mobilepay: z.strictObject({ mobilepay: z.string(), with: arguments_.exactOptional() }),
  clock: z.strictObject({
    clock: z
      .string()
      .regex(/^\+/, 'a plus sign and a duration, such as +8d')
      .refine((text) => durationMs(text.slice(1)) !== undefined, 'a plus sign and a duration, such as +8d'),
  }),
  world: z.strictObject({
    world: members.refine((given) => Object.keys(given).length > 0, 'at least one member'),
  }),
  callback: z.strictObject({ callback: z.string(), with: arguments_.exactOptional() }),
} as const;

export const killSchema = z.strictObject({ client: z.literal('kill') });

const actSchema = z.union([
  actSchemas.customer,
  actSchemas.mobilepay,
  actSchemas.clock,
  actSchemas.world,
  actSchemas.callback,
]);

export const endingSchema = z.union([z.literal('refused'), z.literal('gaveUp'), members]);

const clientStepSchema = z.strictObject({
  client: z.string().describe('a command of the client protocol, or restart'),
  with: members.describe('parameters of the command').exactOptional(),
  traffic: z.array(z.union([expectationSchema, actSchema, killSchema])).exactOptional(),
  allow: z.array(z.string()).describe('writes that may come any number of times').exactOptional(),
  ends: z.union([endingSchema, z.array(endingSchema).min(1)]).exactOptional(),
});

/** As `clientStepSchema`; items of traffic and endings are looked at one by one, to tell more of what is wrong with them. */
export const clientStepHeadSchema = clientStepSchema.extend({
  traffic: z.array(z.unknown()).exactOptional(),
  ends: z.unknown().optional(),
});

export const checkStepSchema = z.strictObject({
  check: z
    .array(
      z
        .record(z.string(), members)
        .refine(
          (given) => Object.keys(given).length === 1,
          'one question, such as payment: { id: $payment, … }',
        ),
    )
    .min(1),
});

const stepSchema = z.union([clientStepSchema, actSchema, checkStepSchema]);

/** Members of a case besides its steps. */
export const caseHeadSchema = z.strictObject({
  title: z.string().min(1),
  why: z.string().min(1),
  tier: z.enum(TIERS),
  mark: z.enum(MARKS).describe('how we know that this is asked'),
  source: z.array(z.string()).min(1),
  after: z.string().describe('the case that this one continues').exactOptional(),
  needs: members.exactOptional(),
  evidence: z.array(z.strictObject({ polls: z.number().int().min(1) })).exactOptional(),
  leaves: z.array(z.enum(['payment', 'refund'])).exactOptional(),
  unless: z.strictObject({ behaviour: z.string() }).exactOptional(),
  steps: z.array(z.unknown()).min(1),
});

/** A whole case file. */
const caseFileSchema = caseHeadSchema.extend({ steps: z.array(stepSchema).min(1) });

/** The JSON Schema that the package ships for editors (`schema/case.schema.json`). */
export function caseJsonSchema(): unknown {
  return {
    ...z.toJSONSchema(caseFileSchema, { target: 'draft-7', reused: 'ref' }),
    title: 'A certification case of poscert',
  };
}
