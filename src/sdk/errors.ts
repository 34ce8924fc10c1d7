/** What is known beside the message. */
export interface Circumstances {
  /** The API's error code, such as "1304", where the API said no; absent where the client refused by itself. */
  readonly apiCode?: string;
  /** The HTTP status, where the API said no. */
  readonly status?: number;
  /** The state of the payment or refund as last seen. */
  readonly state?: string;
}

/** It cannot be done, and repeating it won't help: tell the user. Thrown for 4xx answers and for what the client refuses by itself. */
export class PosRefused extends Error {
  readonly circumstances: Circumstances;
  constructor(message: string, circumstances: Circumstances = {}) {
    super(message);
    this.name = 'PosRefused';
    this.circumstances = circumstances;
  }
}

/** All retries are spent and the outcome may be unknown. What was decided is kept; `settle` takes it up again. */
export class PosGaveUp extends Error {
  readonly circumstances: Circumstances;
  constructor(message: string, circumstances: Circumstances = {}) {
    super(message);
    this.name = 'PosGaveUp';
    this.circumstances = circumstances;
  }
}
