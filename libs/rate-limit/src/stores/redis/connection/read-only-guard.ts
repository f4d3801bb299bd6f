const SHORTEST_GAP_MS = 1_000;
const LONGEST_GAP_MS = 30_000;

/**
 * Decides whether an error reply calls for another connection: Redis is a replica now, so its master is elsewhere.
 * Where every connection leads to a replica, reconnecting for each command would help nobody, so the gaps grow.
 */
export class ReadOnlyGuard {
  private gapMs = SHORTEST_GAP_MS;
  private lastMs = -Infinity;

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  shouldReconnect(error: Error): boolean {
    // Redis 6.2 puts the word into the middle when a script meets it.
    if (!/\bREADONLY\b|^MASTERDOWN\b/.test(error.message)) return false;
    const sinceMs = this.nowMs() - this.lastMs;
    if (sinceMs < this.gapMs) return false;
    this.gapMs = sinceMs < LONGEST_GAP_MS * 2 ? Math.min(this.gapMs * 2, LONGEST_GAP_MS) : SHORTEST_GAP_MS;
    this.lastMs = this.nowMs();
    return true;
  }
}
