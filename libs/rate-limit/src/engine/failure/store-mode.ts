import type { StoreFailureMode } from '../../core/store';
import type { FailureReason, StoreFailure } from './store-failure';

/** `healthy`: the store answers. `degraded`: it did not, and has not answered a call made since. */
export type StoreMode = 'healthy' | 'degraded';

export type ModeListener = (mode: StoreMode, reason: string) => void;

type ReasonCounts = Record<FailureReason, number>;

/** Decisions made since the start without the store, by the failure mode that made them and the reason. */
export type DecisionCounts = Readonly<Record<StoreFailureMode, Readonly<ReasonCounts>>>;

/** A call that the store did not answer. */
export interface LatestFailure {
  readonly reason: FailureReason;
  /** Whose buckets it asked for. */
  readonly identities: readonly string[];
  /** On the clock of the store's timers. */
  readonly atMs: number;
}

/** Counts who answers, and tells once when that changes. */
export class StoreModeWatch {
  readonly counts = { local: noneYet(), open: noneYet(), closed: noneYet() };
  /** The last one, whatever has been answered since. */
  latest: LatestFailure | undefined;
  private degradedSinceMs: number | undefined;

  constructor(
    private readonly nowMs: () => number,
    private readonly listener: ModeListener | undefined,
  ) {}

  get mode(): StoreMode {
    return this.degradedSinceMs === undefined ? 'healthy' : 'degraded';
  }

  /**
   * The store answered a call made at `askedMs`. Calls made before it failed do not count as its recovery: while some
   * calls fail and others do not, the mode would change with each of them.
   */
  answered(askedMs: number): void {
    if (this.degradedSinceMs === undefined || askedMs < this.degradedSinceMs) return;
    this.degradedSinceMs = undefined;
    this.tell('healthy', 'the rate limit store answers again.');
  }

  /** A decision was made by this mode instead; of a call of several, the strictest. */
  count(mode: StoreFailureMode, { reason }: StoreFailure): void {
    this.counts[mode][reason]++;
  }

  failed(failure: StoreFailure, identities: readonly string[]): void {
    const atMs = this.nowMs();
    this.latest = { reason: failure.reason, identities, atMs };
    if (this.degradedSinceMs !== undefined) return;
    this.degradedSinceMs = atMs;
    this.tell('degraded', failure.told());
  }

  /** A listener that throws must not fail a decision. */
  private tell(mode: StoreMode, reason: string): void {
    try {
      this.listener?.(mode, reason);
    } catch {
      // There is nowhere to tell it.
    }
  }
}

function noneYet(): ReasonCounts {
  return { timeout: 0, unavailable: 0 };
}
