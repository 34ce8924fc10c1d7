/** How a command may end other than with its result (client-protocol.md, Errors). */

/** The till told its user that this cannot be done. */
export class Refused extends Error {
  constructor(reason, apiCode) {
    super(reason);
    this.data = apiCode === undefined || apiCode === '' ? { reason } : { reason, apiCode };
  }
}

/** Retries are spent; the outcome may be unknown. */
export class GaveUp extends Error {
  constructor(message, data) {
    super(message);
    this.data = data;
  }
}

/** The command is not known here. */
export class NotSupported extends Error {}

/** A parameter is missing or wrong; the message names the member. */
export class BadParams extends Error {}

/** The session was replaced while a command ran (soft restart): nobody waits for the result any more. */
export class Abandoned extends Error {}

/** The JSON-RPC error object of an ending. */
export function errorOf(cause) {
  const code =
    cause instanceof Refused
      ? 1
      : cause instanceof GaveUp
        ? 2
        : cause instanceof NotSupported
          ? -32601
          : cause instanceof BadParams
            ? -32602
            : -32000;
  const error = { code, message: cause instanceof Error ? cause.message : String(cause) };
  if (cause?.data !== undefined) error.data = cause.data;
  return error;
}
