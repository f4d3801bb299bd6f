import type { Decision } from '../core/decision';
import { StoreUnavailableError } from '../core/errors';
import { Place } from './place';

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

/** The longest that the first of a line goes without looking: units given back and other limits come unforeseen. */
const LOOK_AGAIN_MS = 1_000;

/** Lines of waiters, one for each bucket: only the first of a line asks, so nobody overtakes. */
export class WaitingLines {
  private readonly lines = new Map<string, Set<Place>>();
  private isClosed = false;

  async wait(name: string, { maxWaitMs, signal }: WaitLimits, attempt: Attempt): Promise<Decision> {
    signal?.throwIfAborted();
    const deadlineMs = performance.now() + maxWaitMs;
    const line = this.lines.get(name) ?? new Set();
    const place = new Place(signal);
    this.lines.set(name, line.add(place));
    if (this.isClosed) place.end(closed());
    try {
      if (firstOf(line) !== place) {
        const foreseen = await attempt.peek();
        if (foreseen.retryAfterMs > maxWaitMs || foreseen.retryAfterMs === Infinity) return foreseen;
        // Whoever is first has not seen the room yet.
        if (foreseen.allowed) firstOf(line)?.wake();
        if (firstOf(line) !== place && !(await place.rest(deadlineMs))) return outOfTime(await attempt.peek());
        place.throwIfEnded();
      }
      return await served(place, deadlineMs, attempt);
    } finally {
      this.leave(name, line, place);
    }
  }

  /** Lets the first of a line look at once: there may be room that it could not foresee. */
  wake(name: string): void {
    const line = this.lines.get(name);
    if (line !== undefined) firstOf(line)?.wake();
  }

  /** Ends every wait, and from now on those for which there is no room at once. */
  close(): void {
    this.isClosed = true;
    for (const line of this.lines.values()) for (const place of line) place.end(closed());
  }

  private leave(name: string, line: Set<Place>, place: Place): void {
    place.leave();
    const wasFirst = firstOf(line) === place;
    line.delete(place);
    if (line.size === 0) this.lines.delete(name);
    else if (wasFirst) firstOf(line)?.wake();
  }
}

function firstOf(line: ReadonlySet<Place>): Place | undefined {
  const [first] = line;
  return first;
}

/** Asks for the first of a line until it is served, or certain not to be in time. */
async function served(place: Place, deadlineMs: number, { attempt, peek }: Attempt): Promise<Decision> {
  const isTooLate = ({ retryAfterMs }: Decision): boolean =>
    retryAfterMs === Infinity || performance.now() + retryAfterMs > deadlineMs;
  let decision = await attempt();
  while (!decision.allowed && !isTooLate(decision)) {
    const nowMs = performance.now();
    const dueMs = nowMs + decision.retryAfterMs;
    await place.rest(Math.min(dueMs, nowMs + LOOK_AGAIN_MS));
    // Before it is due it only looks: an attempt counts as a refusal, and a look as nothing.
    const seen = performance.now() < dueMs ? await peek() : undefined;
    place.throwIfEnded();
    decision = seen === undefined || seen.allowed ? await attempt() : seen;
  }
  return decision;
}

/** Room that there may be by now belongs to those ahead: nothing was charged, so nothing is allowed. */
function outOfTime(decision: Decision): Decision {
  if (!decision.allowed) return decision;
  const refused = { outcome: 'denied', retryAfterMs: Math.max(1, decision.nextUnitAfterMs) } as const;
  const policies = decision.policies.map((policy) => ({ ...policy, ...refused }));
  return { ...decision, ...refused, allowed: false, policies };
}

function closed(): StoreUnavailableError {
  return new StoreUnavailableError('Nobody waits any longer: the application shuts down. Nothing was charged.', false);
}
