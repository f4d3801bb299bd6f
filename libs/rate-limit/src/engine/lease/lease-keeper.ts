import type { LeaseGrant } from '../../core/lease/lease';
import type { Charge, MaybePromise, RateLimitStore } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import type { Timers } from '../failure/timers';
import { HeldLease } from './held-lease';
import type { HotKey, LeasesToEnd } from './hot-key';
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
/** A key that nobody called for so long gets no lease before somebody does. */
const IDLE_MS = 50;
/** What is to go along is looked for no more often than that, and among so many keys at once. */
const LEAST_BETWEEN_RIDES_MS = 5;
const KEYS_PER_RIDE = 256;
/** After that the store is asked again whether it leases: it would not, or did not answer. */
const PAUSE_MS = 100;

/** Gets leases for hot keys and gives them back, in the background. */
export class LeaseKeeper {
  private readonly holders = new Set<HotKey>();
  private readonly wakeUp: WakeUp;
  private rodeMs = -Infinity;
  /** Goes round the holders. */
  private riders = this.holders.values();

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

  /** Asks for a lease where the key is hot enough for one, and lets others go along. */
  renew(key: HotKey, nowMs: number): void {
    if (this.askFor(key, nowMs)) this.ride(nowMs);
  }

  /** Something goes to the store anyway: what is to be told or asked soon goes with it, at no call of its own. */
  ride(nowMs: number): void {
    if (nowMs - this.rodeMs < LEAST_BETWEEN_RIDES_MS) return;
    this.rodeMs = nowMs;
    for (let looked = Math.min(KEYS_PER_RIDE, this.holders.size); looked > 0; looked--) {
      let next = this.riders.next();
      if (next.done === true) {
        this.riders = this.holders.values();
        next = this.riders.next();
        if (next.done === true) return;
      }
      const key = next.value;
      this.endLeasesOf(key, 'spent or over');
      if (key.mayRide && this.askFor(key, nowMs)) continue;
      void this.giveBack(key);
    }
  }

  private askFor(key: HotKey, nowMs: number): boolean {
    if (key.asking !== undefined || nowMs < key.notBeforeMs || key.restraint.isHeld(nowMs)) return false;
    const { rules, centre } = this.options;
    const calls = rules.wanted(key.rate.callsPerMs(nowMs), key.lifeMs, key.mostEver);
    if (calls < LEAST_CALLS) return false;
    const instances = Math.max(1, this.options.instances());
    if (key.callsInLimit < CALLS_PER_INSTANCE * instances || this.options.owes(key.charges)) {
      key.notBeforeMs = nowMs + PAUSE_MS;
      return false;
    }
    // Raised in one turn, the return of the lease before and the new one travel together.
    this.endLeasesOf(key, 'spent or over');
    void this.giveBack(key);
    const lifeTicks = key.lifeMs * TICKS_PER_MS;
    const terms = { calls: Math.min(calls, key.mostCalls), share: rules.share(instances), lifeTicks };
    this.holders.add(key);
    key.asking = this.ask(key, () => centre.lease(key.charges, terms));
    return true;
  }

  /** Ends all leases of these keys, those included that are on their way. Until `resume` there are no new ones. */
  async giveBackAll(keys: readonly HotKey[]): Promise<void> {
    await Promise.all(
      keys.map(async (key) => {
        while (key.asking !== undefined) await key.asking;
        key.notBeforeMs = Infinity;
        this.endLeasesOf(key, 'all');
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
      key.restraint.learn(key.charges, grant, sentMs);
      if (grant.calls > 0) {
        const lifeMs = grant.lifeTicks / TICKS_PER_MS;
        const end = {
          monotonicMs: rules.endMs(sentMs, timers.nowMs(), lifeMs),
          unixMs: rules.endMs(sentUnixMs, unixMs(), lifeMs),
        };
        key.mostCalls = Math.min(key.mostEver, 2 * key.mostCalls);
        key.hold(new HeldLease(key.charges, grant, sentMs, askedBefore, end));
        this.wakeUp.at(end.monotonicMs + key.patienceMs);
      } else if (!key.restraint.isNear(sentMs)) {
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
    const nowMs = this.options.timers.nowMs();
    for (const key of this.holders) {
      const nextMs = this.endLeasesOf(key, 'over');
      if (nextMs !== undefined) this.wakeUp.at(nextMs + key.patienceMs);
      const isInUse = nowMs - key.rate.calledMs < IDLE_MS;
      if (isInUse && key.hasUntold && key.mayRide && this.askFor(key, nowMs)) continue;
      void this.giveBack(key);
    }
  };

  private endLeasesOf(key: HotKey, which: LeasesToEnd): number | undefined {
    const { timers, unixMs, rules } = this.options;
    return key.putAway(timers.nowMs(), unixMs(), rules, which);
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
