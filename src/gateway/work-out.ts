import { headerValue } from '../model/http.ts';
import type { Header, HttpRequest } from '../model/http.ts';
import type { Plan } from '../model/plan.ts';
import type { Gate, Upstream } from '../model/ports.ts';
import { endToEndHeaders } from './header-fields.ts';
import { badGateway, isProcessed, plannedAnswer } from './planned-answer.ts';
import type { Stop } from './stop.ts';
import type { Trouble } from './trouble.ts';

/** What is to become of one exchange. */
export interface WorkedOut {
  /** The upstream was asked in vain. */
  readonly failed: boolean;
  /** What the gate is told. */
  readonly outcome: Parameters<Gate['workedOut']>[1];
}

interface Parts {
  readonly upstream: Upstream;
  readonly maxBytes: number;
  readonly stopping: Stop;
  readonly trouble: (trouble: Trouble) => void;
}

/** Makes what works an answer out: asks the upstream where the plan has the request carried out, then plans the answer. Never rejects. */
export function createWorkOut(
  parts: Parts,
): (id: number, plan: Plan, request: HttpRequest) => Promise<WorkedOut> {
  return async (id, plan, request) => {
    if (!isProcessed(plan)) {
      const planned = plannedAnswer(plan, undefined);
      return { failed: false, outcome: { processed: false, ...(planned && { planned }) } };
    }
    const passed = { ...request, headers: onward(request) };
    const { signal } = parts.stopping;
    try {
      const upstream = await parts.stopping.unlessStopped(parts.upstream.handle(passed, signal));
      if (upstream.body.length > parts.maxBytes) throw new Error('the answer is too large');
      const planned = plannedAnswer(plan, upstream);
      return { failed: false, outcome: { processed: true, upstream, ...(planned && { planned }) } };
    } catch (error) {
      if (!signal.aborted) parts.trouble({ kind: 'upstream-failed', id, message: messageOf(error) });
      return { failed: true, outcome: { processed: false, planned: badGateway() } };
    }
  };
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What travels on to the upstream: we have answered `Expect` ourselves, and the length is that of the body we read. */
function onward(request: HttpRequest): Header[] {
  const headers = endToEndHeaders(request.headers).filter(([name]) => name.toLowerCase() !== 'expect');
  const hadBody = request.body.length > 0 || headerValue(request.headers, 'content-length') !== undefined;
  return hadBody ? [...headers, ['Content-Length', String(request.body.length)]] : headers;
}
