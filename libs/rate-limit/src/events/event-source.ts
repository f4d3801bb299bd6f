import type { PolicyDecision } from '../core/decision';
import type { DecisionListener } from '../engine/statistics/statistics';
import type { StoreStatusListener } from '../engine/statistics/store-status';
import { NEAR_LIMIT } from '../engine/statistics/policy-counters';
import type { RateLimitEvents } from './rate-limit-events';

/** Makes events of what the statistics are told. */
export class EventSource implements DecisionListener, StoreStatusListener {
  private inFallback = false;

  constructor(
    private readonly events: RateLimitEvents,
    private readonly unixMs: () => number = Date.now,
  ) {}

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
    this.events.emit({ type: state === 'up' ? 'store-recovered' : 'store-lost', atMs: this.unixMs(), reason });
    if (state === 'up') this.setFallback(false);
  }

  breakerChanged(node: string, state: 'open' | 'closed', reason: string): void {
    this.events.emit({ type: 'breaker', atMs: this.unixMs(), node, state, reason });
  }

  private look({ source }: PolicyDecision): void {
    if (source === 'fallback' && !this.inFallback) this.setFallback(true);
  }

  private setFallback(active: boolean): void {
    if (this.inFallback === active) return;
    this.inFallback = active;
    this.events.emit({ type: 'fallback', atMs: this.unixMs(), active });
  }
}
