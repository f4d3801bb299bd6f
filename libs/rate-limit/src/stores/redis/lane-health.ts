import type { StoreUnavailableError } from '../../core/errors';
import { Breaker } from './breaker';
import type { LaneOptions } from './lane-options';
import { Prober } from './lane-prober';
import { type FailureWeight, neverSent } from './redis-store-errors';

const FAILURES_TO_OPEN = 2;
const PROBE_PAUSE_MS = 200;
const LONGEST_PROBE_PAUSE_MS = 1_600;

/** Whether a lane may call its node: a breaker with its probes. */
export class LaneHealth {
  /** What every call is rejected with instead of being made: while the breaker is open, and for ever after `close`. */
  refusal: StoreUnavailableError | undefined;
  private isClosed = false;
  private readonly breaker: Breaker;
  private readonly prober: Prober;

  constructor(
    private readonly options: LaneOptions,
    /** Called when the breaker opens, with the new refusal. */
    private readonly onOpen: (refusal: StoreUnavailableError) => void,
  ) {
    const { ping, deadlineMs, nowMs } = options;
    this.breaker = new Breaker({
      failuresToOpen: FAILURES_TO_OPEN,
      probePauseMs: PROBE_PAUSE_MS,
      longestPauseMs: LONGEST_PROBE_PAUSE_MS,
      random: Math.random,
      onChange: (state, reason) => {
        this.changed(state, reason);
      },
    });
    this.prober = new Prober({ breaker: this.breaker, ping, deadlineMs, nowMs });
  }

  answered(): void {
    this.breaker.succeeded();
  }

  /** An answer came too late for all who asked. It shows still that the node lives. */
  answeredLate(): void {
    this.breaker.hurry(this.options.nowMs());
    this.prober.plan();
  }

  failed(weight: FailureWeight, reason: string): void {
    if (weight === 'none') return;
    if (weight === 'one') this.breaker.failed(this.options.nowMs(), reason);
    else this.breaker.lost(this.options.nowMs(), reason);
    this.prober.plan();
  }

  /** The connection was made anew, which took an answer of the node. */
  ready(): void {
    this.breaker.close('it is connected');
    this.prober.plan();
  }

  close(): void {
    this.isClosed = true;
    this.refusal = neverSent(this.options.node, 'the store is closed');
    this.prober.stop();
  }

  private changed(state: 'open' | 'closed', reason: string): void {
    if (this.isClosed) return;
    this.refusal = undefined;
    if (state === 'open') {
      this.refusal = neverSent(this.options.node, `it is left alone until it answers a probe (${reason})`);
      this.onOpen(this.refusal);
    }
    this.options.onStateChange(state, reason);
  }
}
