import * as z from 'zod';

/** One operation of an API, as pack.yaml lists it. `path` is a template from the root: `/pos/v10/payments/{paymentId}`. */
export const operationSchema = z.strictObject({
  name: z.string(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: z.string().startsWith('/'),
  /** May come at any time: it changes nothing (the token call counts as one). */
  reads: z.boolean().exactOptional(),
  /** Its answers carry a poll delay: repeated reads of it are polls. */
  polled: z.boolean().exactOptional(),
  /** Needs an idempotency key and creates something. */
  creates: z.boolean().exactOptional(),
  /** The features that claim it; an operation is claimed if any selected feature is listed. */
  features: z.array(z.string()),
});
export type Operation = z.infer<typeof operationSchema>;

/** An operation recognised in a request, with its path parameters (decoded; ids lower-cased is the reader's business). */
export interface Classified {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

function matchTemplate(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const got = path.split('/');
  if (wanted.length !== got.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const actual = got[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined) {
      if (actual === '') return undefined;
      params[name] = decode(actual);
    } else if (part.toLowerCase() !== actual.toLowerCase()) return undefined;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The one classifier: which operation a method and path are. Literal segments beat parameters (`stores/detailed` before `stores/{id}`).
 * Returns undefined for what the pack does not know.
 */
export function classify(
  operations: readonly Operation[],
  method: string,
  path: string,
): Classified | undefined {
  let best: Classified | undefined;
  for (const operation of operations) {
    if (operation.method !== method) continue;
    const params = matchTemplate(operation.path, path);
    if (params === undefined) continue;
    if (best === undefined || Object.keys(params).length < Object.keys(best.params).length)
      best = { operation, params };
  }
  return best;
}
