import type { PolicyDecision } from '../core/decision';
import { OutageWatch } from '../engine/failure/outage-watch';
import type { DecisionListener } from '../engine/statistics/statistics';
import type { StoreStatusListener } from '../engine/statistics/store-status';
import { NEAR_LIMIT } from '../engine/statistics/policy-counters';
import type { RateLimitEvents } from './rate-limit-events';

/** Makes events of what the statistics are told. */
export class EventSource implements DecisionListener, StoreStatusListener {
  private inFallback = false;
  private readonly outages: OutageWatch;

  constructor(
    private readonly events: RateLimitEvents,
    private readonly unixMs: () => number = Date.now,
  ) {
    this.outages = new OutageWatch({
      lost: (reason, agoMs) => {
        this.events.emit({ type: 'store-lost', atMs: this.unixMs() - agoMs, reason });
        return true;
      },
      back: (reason, agoMs) => {
        this.events.emit({ type: 'store-recovered', atMs: this.unixMs() - agoMs, reason });
        this.setFallback(false);
      },
    });
  }

  refused(decision: PolicyDecision, identity: string): void {
    this.look(decision);
    if (!this.events.isHeard('limited')) return;
    this.events.emit({ type: 'limited', atMs: this.unixMs(), decision, identity });
  }

  allowed(decision: PolicyDecision, identity: string): void {
    this.look(decision);
    const { limit, remaining, granted } = decision;
    const used = limit - remaining;
    const isCrossing = granted > 0 && used >= NEAR_LIMIT * limit && used - granted < NEAR_LIMIT * limit;
    if (!isCrossing || !this.events.isHeard('near-limit')) return;
    this.events.emit({ type: 'near-limit', atMs: this.unixMs(), decision, identity });
  }

  stateChanged(state: 'up' | 'degraded', reason: string): void {
    if (state === 'degraded') this.outages.failed(reason);
    else this.outages.recovered(reason);
  }

  breakerChanged(node: string, state: 'open' | 'closed', reason: string): void {
    this.events.emit({ type: 'breaker', atMs: this.unixMs(), node, state, reason });
  }

  /** The application ends: that the store is left is no outage. */
  end(): void {
    this.outages.end();
  }

  /** A decision without the store that was only late is no event. */
  private look({ source }: PolicyDecision): void {
    if (source === 'fallback' && this.outages.isLost) this.setFallback(true);
  }

  private setFallback(active: boolean): void {
    if (this.inFallback === active) return;
    this.inFallback = active;
    this.events.emit({ type: 'fallback', atMs: this.unixMs(), active });
  }
}
