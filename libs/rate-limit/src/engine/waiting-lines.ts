import type { Decision } from '../core/decision';

export interface WaitLimits {
  readonly maxWaitMs: number;
  readonly signal: AbortSignal | undefined;
}

/** How a waiter asks for what it waits for. */
export interface Attempt {
  /** Takes it, or tells how long it needs. */
  readonly attempt: () => Promise<Decision>;
  /** Tells how long it needs, taking nothing. */
  readonly peek: () => Promise<Decision>;
}

/** The longest a timer of this runtime can run. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Lines of waiters, one for each bucket: only the first of a line asks, so nobody overtakes. */
export class WaitingLines {
  private readonly lines = new Map<string, Set<Place>>();

  async wait(name: string, { maxWaitMs, signal }: WaitLimits, { attempt, peek }: Attempt): Promise<Decision> {
    signal?.throwIfAborted();
    const deadlineMs = performance.now() + maxWaitMs;
    const line = this.lines.get(name) ?? new Set();
    const isFirst = line.size === 0;
    const place = new Place();
    this.lines.set(name, line.add(place));
    try {
      if (!isFirst) {
        const foreseen = await peek();
        if (foreseen.retryAfterMs > maxWaitMs || foreseen.retryAfterMs === Infinity) return foreseen;
        if (!(await reachesFront(place, deadlineMs, signal))) return outOfTime(await peek());
      }
      for (;;) {
        const decision = await attempt();
        const waitMs = decision.retryAfterMs;
        if (decision.allowed || !Number.isFinite(waitMs) || performance.now() + waitMs > deadlineMs) return decision;
        await sleep(waitMs, signal);
      }
    } finally {
      this.leave(name, line, place);
    }
  }

  private leave(name: string, line: Set<Place>, place: Place): void {
    line.delete(place);
    const [first] = line;
    if (first === undefined) this.lines.delete(name);
    else first.reachFront();
  }
}

/** A place in a line. */
class Place {
  reachFront!: () => void;
  readonly atFront = new Promise<true>((resolve) => {
    this.reachFront = () => {
      resolve(true);
    };
  });
}

/** Waits until everybody ahead has left; `false` where the deadline comes first. Rejects when the signal does. */
async function reachesFront(place: Place, deadlineMs: number, signal?: AbortSignal): Promise<boolean> {
  const giveUp = new AbortController();
  const signals = signal === undefined ? [giveUp.signal] : [giveUp.signal, signal];
  const late = sleep(deadlineMs - performance.now(), AbortSignal.any(signals)).then(() => false);
  try {
    return await Promise.race([place.atFront, late]);
  } finally {
    late.catch(() => undefined);
    giveUp.abort();
  }
}

/** Room that there may be by now belongs to those ahead: nothing was charged, so nothing is allowed. */
function outOfTime(decision: Decision): Decision {
  if (!decision.allowed) return decision;
  const refused = { outcome: 'denied', retryAfterMs: Math.max(1, decision.nextUnitAfterMs) } as const;
  const policies = decision.policies.map((policy) => ({ ...policy, ...refused }));
  return { ...decision, ...refused, allowed: false, policies };
}

/**
 * Waits in steps that a timer can take, so that very long waits do not end at once; at least for one turn of the event
 * loop, in which a line whose store answers at once moves up. Rejects with the abort's reason.
 */
async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  const endMs = performance.now() + durationMs;
  let leftMs = Math.max(0, durationMs);
  do {
    await timer(Math.min(leftMs, MAX_TIMER_MS), signal);
    leftMs = endMs - performance.now();
  } while (leftMs > 0);
}

function timer(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(handle);
      reject(signal?.reason as Error);
    };
    const handle = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, durationMs);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
