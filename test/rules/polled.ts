import { status, till, type RecordingBuilder, type Sending } from './recording-builder.ts';

const poll = 'queryPayment';

/** Two polls, the second `after` ms of the first one's arrival. */
export function polls(measured: number, first: Sending = {}, second: Sending = {}): RecordingBuilder {
  return till()
    .command('awaitPayment')
    .sends(poll, { ...status('Initiated'), ...first })
    .sends(poll, { ...status('Initiated'), after: measured - (first.takes ?? 2), ...second });
}
