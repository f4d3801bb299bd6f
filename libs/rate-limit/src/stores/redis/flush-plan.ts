/** With two, Redis works on one batch while the next is on its way; more would only make the batches smaller. */
export const MAX_BATCHES_IN_FLIGHT = 2;

/**
 * Asks that are enough to begin with: a Redis without work gets them as soon as the callback that raised the last of
 * them is over, while the same turn of the event loop still reads requests. Else this process and Redis wait for each
 * other where all clients of a busy server are read in one turn.
 */
const ENOUGH_TO_BEGIN = 24;

/** Decides when what waits for a node is sent. `send` takes as much of it as may be on its way. */
export class FlushPlan {
  private isPlanned = false;

  constructor(private readonly send: () => void) {}

  /** To be called with each that comes to wait: how many do, and how many batches are on their way. */
  raised(waiting: number, inFlight: number): void {
    if (inFlight === 0 && waiting === ENOUGH_TO_BEGIN) process.nextTick(this.send);
    this.plan(inFlight);
  }

  /** Sends after the callbacks of this turn of the event loop, so that all requests it has read go together. */
  plan(inFlight: number): void {
    if (this.isPlanned || inFlight >= MAX_BATCHES_IN_FLIGHT) return;
    this.isPlanned = true;
    setImmediate(this.flush);
  }

  private readonly flush = (): void => {
    this.isPlanned = false;
    this.send();
  };
}
