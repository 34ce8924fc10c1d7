import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpAnswer, HttpRequest } from '../model/http.ts';
import type { DeliveryOutcome, FaultKind, Plan } from '../model/plan.ts';
import type { Clock, Delivery, Gate, Upstream } from '../model/ports.ts';
import { cutOff, sendSlowly, sendTruncated, sendWhole, truncated } from './delivery.ts';
import type { Sent } from './delivery.ts';
import type { Limits } from './limits.ts';
import { badGateway, isWithheld } from './planned-answer.ts';
import { createStop } from './stop.ts';
import type { Trouble } from './trouble.ts';
import { createWithholding } from './withholding.ts';
import { createWorkOut, messageOf } from './work-out.ts';

interface Parts {
  readonly gate: Gate;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly meter: { lagAround(at: number): number };
  readonly limits: Limits;
  readonly admit?: (request: HttpRequest) => boolean;
  readonly trouble: (trouble: Trouble) => void;
  /** Closes a connection by a reset. */
  readonly reset: (socket: Socket) => void;
}

/** The exchanges of one gateway. */
export interface Exchanges {
  /** Goes through one exchange, from the whole request to the end of its answer. Never rejects. */
  run(request: HttpRequest, response: ServerResponse, connection: number, at: number): Promise<void>;
  release(id: number): void;
  disarm(): void;
  open(): number;
  /** Cuts every open exchange short and resolves when each has been told to the gate. */
  stop(): Promise<void>;
}

/** Default time over which a slow body drips: under the shortest client time-outs documented, 0.5 s for reads and 2 s for writes. */
const SLOW_READ_MS = 300;
const SLOW_WRITE_MS = 1500;

/** Runs exchanges: decide, work out, wait for the gate, then deliver or cause the fault. */
export function createExchanges(parts: Parts): Exchanges {
  const { gate, clock, meter, limits, trouble } = parts;
  const withholding = createWithholding();
  const running = new Map<number, { readonly socket: Socket; readonly done: Promise<void> }>();
  const stopping = createStop();
  let count = 0;

  const workOut = createWorkOut({
    upstream: parts.upstream,
    maxBytes: limits.answerBodyBytes,
    stopping,
    trouble,
  });

  /** Begins the fault and carries it through; the answer that the client got is what `answer` says. */
  const causeFault = async (
    id: number,
    plan: { fault: FaultKind; delayMs?: number },
    response: ServerResponse,
    planned: HttpAnswer | undefined,
  ): Promise<{ sent: Sent; answer: HttpAnswer | undefined }> => {
    const { socket } = response.req;
    gate.faultBegun(id);
    if (planned === undefined) {
      if (plan.fault === 'reset') parts.reset(socket);
      else await withholding.hold(id, socket, limits.withholdMs);
      return { sent: { complete: false, reached: false }, answer: undefined };
    }
    if (plan.fault === 'truncated') {
      const answer = truncated(planned);
      return { sent: await sendTruncated(response, answer), answer };
    }
    if (plan.fault === 'slow') {
      const reads = response.req.method === 'GET' || response.req.method === 'HEAD';
      const overMs = plan.delayMs ?? (reads ? SLOW_READ_MS : SLOW_WRITE_MS);
      return { sent: await sendSlowly(response, planned, overMs), answer: planned };
    }
    return { sent: await sendWhole(response, planned), answer: planned };
  };

  const deliver = async (
    id: number,
    plan: Plan,
    response: ServerResponse,
    failed: boolean,
    planned: HttpAnswer | undefined,
  ): Promise<Delivery> => {
    const { socket } = response.req;
    const faulty = plan.kind === 'fault' && !failed ? plan : undefined;
    const withheld = faulty !== undefined && isWithheld(plan);
    const stalled = setTimeout(
      () => {
        if (!withheld) cutOff(socket);
      },
      limits.deliverMs + (faulty?.delayMs ?? 0),
    );
    const { sent, answer } = faulty
      ? await causeFault(id, faulty, response, planned)
      : { sent: await sendWhole(response, planned ?? badGateway()), answer: planned };
    clearTimeout(stalled);
    const at = clock.now();
    return {
      outcome: outcomeOf(withheld, failed, sent),
      reachedClient: sent.reached,
      at,
      lagMs: meter.lagAround(at),
      ...(sent.reached && answer ? { answer } : {}),
    };
  };

  const exchange = async (
    id: number,
    request: HttpRequest,
    response: ServerResponse,
    connection: number,
    at: number,
  ): Promise<void> => {
    let owed = false;
    try {
      const plan = gate.decide({ id, connection, request, at, lagMs: meter.lagAround(at) });
      owed = true;
      const { failed, outcome } = await workOut(id, plan, request);
      await stopping.unlessStopped(gate.workedOut(id, outcome));
      const delivery = await deliver(id, plan, response, failed, outcome.planned);
      owed = false;
      gate.delivered(id, delivery);
    } catch (error) {
      response.req.socket.destroy();
      if (!stopping.signal.aborted) trouble({ kind: 'exchange-failed', id, message: messageOf(error) });
      const at = clock.now();
      if (owed)
        gate.delivered(id, { outcome: 'abandoned', reachedClient: false, at, lagMs: meter.lagAround(at) });
    }
    running.delete(id);
    withholding.forget(id);
  };

  const disarm = (): void => {
    for (const id of running.keys()) withholding.release(id);
  };

  return {
    run: async (request, response, connection, at) => {
      if (parts.admit && !parts.admit(request)) {
        const { method, target } = request;
        trouble({ kind: 'refused', status: 401, reason: 'not a token of this run', method, target });
        await sendWhole(response, {
          status: 401,
          headers: [['Content-Length', '0']],
          body: new Uint8Array(),
        });
        return;
      }
      if (stopping.signal.aborted) return;
      const id = ++count;
      // Registered before the first step: the gate may release this exchange from inside `decide`.
      let finish = (): void => undefined;
      const done = new Promise<void>((resolve) => {
        finish = resolve;
      });
      running.set(id, { socket: response.req.socket, done });
      await exchange(id, request, response, connection, at);
      finish();
    },
    release: (id) => {
      if (running.has(id)) withholding.release(id);
    },
    disarm,
    open: () => running.size,
    stop: async () => {
      stopping.stop();
      disarm();
      const open = [...running.values()];
      for (const { socket } of open) cutOff(socket);
      await Promise.all(open.map(({ done }) => done));
    },
  };
}

function outcomeOf(withheld: boolean, failed: boolean, sent: Sent): DeliveryOutcome {
  if (withheld) return 'withheld';
  if (failed) return 'unreachable';
  return sent.complete ? 'delivered' : 'abandoned';
}
