import type { LeaseGrant } from '../../core/lease/lease';
import type { Charge, MaybePromise, RateLimitStore } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import type { Timers } from '../failure/timers';
import { HeldLease } from './held-lease';
import type { HotKey } from './hot-key';
import type { LeaseRules } from './lease-rules';
import { WakeUp } from './wake-up';

/** A store that leases. */
export type LeaseCentre = Required<Pick<RateLimitStore, 'lease' | 'giveBack'>>;

export interface LeaseKeeperOptions {
  readonly centre: LeaseCentre;
  readonly instances: () => number;
  readonly owes: (charges: readonly Charge[]) => boolean;
  readonly timers: Timers;
  readonly unixMs: () => number;
  readonly rules: LeaseRules;
}

/** Fewer calls than that are sooner asked for one by one. */
const LEAST_CALLS = 2;
/** A limit has to have room for so many calls of each instance. */
const CALLS_PER_INSTANCE = 20;
/** After that the store is asked again whether it leases: it would not, or did not answer. */
const PAUSE_MS = 100;

/** Gets leases for hot keys and gives them back, in the background. */
export class LeaseKeeper {
  private readonly holders = new Set<HotKey>();
  private readonly wakeUp: WakeUp;

  constructor(private readonly options: LeaseKeeperOptions) {
    this.wakeUp = new WakeUp(options.timers, this.endLeases);
  }

  /** Calls that may still be made. */
  get held(): number {
    let held = 0;
    for (const key of this.holders) held += key.left;
    return held;
  }

  /** The keys that have leases, or wait for one. */
  get all(): readonly HotKey[] {
    return [...this.holders];
  }

  /** Asks for a lease where the key is hot enough for one. */
  renew(key: HotKey, nowMs: number): void {
    if (key.asking !== undefined || nowMs < key.notBeforeMs) return;
    const { rules, centre } = this.options;
    const calls = rules.wanted(key.rate.callsPerMs, key.lifeMs, key.mostEver);
    if (calls < LEAST_CALLS) return;
    const instances = Math.max(1, this.options.instances());
    if (key.callsInLimit < CALLS_PER_INSTANCE * instances || this.options.owes(key.charges)) {
      key.notBeforeMs = nowMs + PAUSE_MS;
      return;
    }
    // Raised in one turn, the return of the lease before and the new one travel together.
    this.endLeasesOf(key);
    void this.giveBack(key);
    const lifeTicks = key.lifeMs * TICKS_PER_MS;
    const terms = { calls: Math.min(calls, key.mostCalls), share: rules.share(instances), lifeTicks };
    this.holders.add(key);
    key.asking = this.ask(key, () => centre.lease(key.charges, terms));
  }

  /** Ends all leases of these keys, those included that are on their way. Until `resume` there are no new ones. */
  async giveBackAll(keys: readonly HotKey[]): Promise<void> {
    await Promise.all(
      keys.map(async (key) => {
        while (key.asking !== undefined) await key.asking;
        key.notBeforeMs = Infinity;
        this.endLeasesOf(key, true);
        await this.giveBack(key);
      }),
    );
  }

  resume(keys: readonly HotKey[]): void {
    for (const key of keys) key.notBeforeMs = 0;
  }

  private async ask(key: HotKey, send: () => MaybePromise<LeaseGrant>): Promise<void> {
    const { rules, timers, unixMs } = this.options;
    const [sentMs, sentUnixMs, askedBefore] = [timers.nowMs(), unixMs(), key.asked];
    try {
      const grant = await send();
      if (grant.calls > 0) {
        const lifeMs = grant.lifeTicks / TICKS_PER_MS;
        const end = {
          monotonicMs: rules.endMs(sentMs, timers.nowMs(), lifeMs),
          unixMs: rules.endMs(sentUnixMs, unixMs(), lifeMs),
        };
        key.mostCalls = Math.min(key.mostEver, 2 * key.mostCalls);
        key.hold(new HeldLease(key.charges, grant, sentMs, askedBefore, end));
        this.wakeUp.at(end.monotonicMs);
      } else {
        key.notBeforeMs = timers.nowMs() + PAUSE_MS;
      }
    } catch {
      // Whether it was executed nobody knows: what it took, if it did, counts as spent when its lease ends.
      key.mostCalls = rules.firstCalls;
      key.notBeforeMs = timers.nowMs() + PAUSE_MS;
    }
    key.asking = undefined;
    if (!key.holdsAny) this.holders.delete(key);
  }

  private readonly endLeases = (): void => {
    for (const key of this.holders) {
      const nextMs = this.endLeasesOf(key);
      if (nextMs !== undefined) this.wakeUp.at(nextMs);
      void this.giveBack(key);
    }
  };

  private endLeasesOf(key: HotKey, all = false): number | undefined {
    const { timers, unixMs, rules } = this.options;
    return key.putAway(timers.nowMs(), unixMs(), rules, all);
  }

  /** Tells what became of the leases that are over. Never twice: what does not arrive counts as spent. */
  private async giveBack(key: HotKey): Promise<void> {
    const { centre } = this.options;
    const returns = key.takeUntold();
    if (!key.holdsAny && key.asking === undefined) this.holders.delete(key);
    if (returns.length > 0) {
      await Promise.allSettled(returns.map(async (lease) => centre.giveBack(key.charges, lease)));
    }
  }
}
