import { attempt, checkAlive, sleep, succeeded } from './calls.mjs';

/** Nobody asks the same path again before its delay is over, over a restart neither. */
export async function poll(till, call) {
  const polls = till.policy.polls(till);
  const last = polls[call.path];
  if (last !== undefined) await sleep(till, last.at + last.delayMs - Date.now());
  note(till, polls, call.path, { ...last, at: Date.now(), delayMs: last?.delayMs ?? 0 });
  const result = await attempt(till, { method: 'GET', attempt: 0, poll: true, ...call });
  checkAlive(till);
  const told = result.json?.pollDelayInMs;
  const known = last?.known;
  const first = last?.first ?? told;
  const answered = succeeded(result);
  const retryAfterMs = Math.min(Number(result.headers?.['retry-after'] ?? 0) * 1000 || 0, 2000);
  const delayMs = answered
    ? till.policy.delayMs({ told, known, first, path: call.path })
    : Math.max(till.policy.delayAfterLossMs({ known, path: call.path }), retryAfterMs);
  // counted from the end of the exchange: a slow way there must not make two arrivals too close
  note(till, polls, call.path, { at: Date.now(), delayMs, known: told ?? known, first });
  return result;
}

function note(till, polls, path, entry) {
  polls[path] = entry;
  till.store.save();
}

/** Reads something that has a poll delay until there is an answer, as often as retries allow. */
export async function readSurely(till, call) {
  for (let tries = 0; ; tries += 1) {
    const result = await poll(till, call);
    if (!till.policy.isTransient(result, call)) return result;
    if (tries >= till.policy.retries(call, till)) return { ...result, spent: true };
  }
}

/**
 * Polls until `ended(json)`, a refusal, or the end of patience.
 * Resolves with { json } of the last answer, { refused: result }, or { silent: true } after too many unanswered polls.
 */
export async function pollUntil(till, call, ended) {
  const until = Date.now() + till.patienceMs;
  let json;
  let unanswered = 0;
  for (;;) {
    const result = await poll(till, call);
    if (succeeded(result)) {
      unanswered = 0;
      json = result.json;
      call.seen?.(json);
      if (ended(json)) return { json };
    } else if (result.kind === 'answer' && !till.policy.isTransient(result, call)) return { refused: result };
    else {
      unanswered += 1;
      if (!till.policy.goesOnAfterLoss || unanswered >= till.policy.unansweredPolls)
        return { json, silent: true };
    }
    if (Date.now() >= until) return { json };
  }
}
