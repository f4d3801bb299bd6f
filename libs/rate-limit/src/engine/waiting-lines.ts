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
  private readonly lastInLine = new Map<string, Promise<void>>();

  async wait(line: string, { maxWaitMs, signal }: WaitLimits, { attempt, peek }: Attempt): Promise<Decision> {
    signal?.throwIfAborted();
    const deadlineMs = performance.now() + maxWaitMs;
    const ahead = this.lastInLine.get(line);
    const place = new Place();
    const turn = (ahead ?? Promise.resolve()).then(() => place.left);
    this.lastInLine.set(line, turn);
    try {
      if (ahead !== undefined) {
        const foreseen = await peek();
        if (foreseen.retryAfterMs > maxWaitMs) return foreseen;
        if (!(await this.reachedFront(ahead, deadlineMs, signal))) return await peek();
      }
      for (;;) {
        const decision = await attempt();
        const waitMs = decision.retryAfterMs;
        if (decision.allowed || !Number.isFinite(waitMs) || performance.now() + waitMs > deadlineMs) return decision;
        await sleep(waitMs, signal);
      }
    } finally {
      place.leave();
      if (this.lastInLine.get(line) === turn) this.lastInLine.delete(line);
    }
  }

  /** Waits until everybody ahead has left; `false` where the deadline comes first. */
  private async reachedFront(ahead: Promise<void>, deadlineMs: number, signal?: AbortSignal): Promise<boolean> {
    const giveUp = new AbortController();
    const signals = signal === undefined ? [giveUp.signal] : [giveUp.signal, signal];
    const late = sleep(deadlineMs - performance.now(), AbortSignal.any(signals)).then(() => false);
    try {
      return await Promise.race([ahead.then(() => true), late]);
    } finally {
      late.catch(() => undefined);
      giveUp.abort();
    }
  }
}

/** A place in a line, which its holder leaves once. */
class Place {
  leave!: () => void;
  readonly left = new Promise<void>((resolve) => {
    this.leave = resolve;
  });
}

/** Waits in steps that a timer can take, so that very long waits do not end at once. Rejects with the abort's reason. */
async function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  const endMs = performance.now() + durationMs;
  for (let leftMs = durationMs; leftMs > 0; leftMs = endMs - performance.now()) {
    await timer(Math.min(leftMs, MAX_TIMER_MS), signal);
  }
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
