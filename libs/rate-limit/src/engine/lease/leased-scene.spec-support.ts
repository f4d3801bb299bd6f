import type { LeaseReturn } from '../../core/lease/lease';
import type { Charge, Verdict } from '../../core/store';
import { FakeClock, quotaOf } from '../../testing';
import { SharedMemory } from '../../testing/shared-memory';
import type { Timers } from '../failure/timers';
import { LeasedStore } from './leased-store';

/** One lease that was asked for. */
interface Asked {
  readonly atMs: number;
  readonly calls: number;
  /** What the store had left. */
  readonly left: number;
  /** Of a request that failed, 0. */
  readonly granted: number;
}

/** One instance before a store that many share, calling for one key, in a time that passes when told to. */
export class LeasedScene implements Timers {
  readonly asked: Asked[] = [];
  readonly returns: LeaseReturn[] = [];
  /** When calls reached the store. */
  readonly consumedMs: number[] = [];
  /** Whether requests for leases fail. */
  isDown = false;
  readonly charges: readonly [Charge];
  readonly store: LeasedStore;
  private readonly clock = new FakeClock();
  private readonly memory = new SharedMemory({ clock: this.clock });
  private readonly planned: { dueMs: number; callback: () => void }[] = [];
  private now = 0;

  constructor(quota: Parameters<typeof quotaOf>[0], instances = 1) {
    this.charges = [
      { bucketId: 'b', identity: 'ip:1', quota: quotaOf(quota), cost: 1, lease: { maxMs: 250, maxCalls: 1_000_000 } },
    ];
    const { memory } = this;
    this.store = new LeasedStore({
      store: {
        source: 'redis',
        consume: (charges) => {
          this.consumedMs.push(this.now);
          return Promise.resolve(memory.consume(charges));
        },
        consumeUpTo: (charge) => memory.consumeUpTo(charge),
        peek: (charges) => memory.peek(charges),
        refund: (charge, units, mark) => memory.refund(charge, units, mark),
        reset: (bucketId, identity) => {
          memory.reset(bucketId, identity);
        },
      },
      centre: {
        lease: (charges, terms) => {
          const [atMs, { calls }, left] = [this.now, terms, this.left];
          const grant = this.isDown ? undefined : memory.lease(charges, terms);
          this.asked.push({ atMs, calls, left, granted: grant?.calls ?? 0 });
          return grant === undefined ? Promise.reject(new Error('no answer in time')) : Promise.resolve(grant);
        },
        giveBack: (charges, lease) => {
          this.returns.push(lease);
          memory.giveBack(charges, lease);
        },
      },
      instances: () => instances,
      timers: this,
      unixMs: () => this.now,
    });
  }

  /** Units that the store has left. */
  get left(): number {
    return (this.memory.peek(this.charges)[0] as Verdict).remaining;
  }

  readonly nowMs = (): number => this.now;

  after(ms: number, callback: () => void): void {
    this.planned.push({ dueMs: this.now + ms, callback });
    this.planned.sort((a, b) => a.dueMs - b.dueMs);
  }

  afterReading(callback: () => void): void {
    this.after(0, callback);
  }

  /** Lets so much time pass, and what is planned in it happen. */
  async pass(ms: number): Promise<void> {
    const endMs = this.now + ms;
    for (;;) {
      const [next] = this.planned;
      if (next === undefined || next.dueMs > endMs) break;
      this.planned.shift();
      this.goTo(Math.max(this.now, next.dueMs));
      next.callback();
      await settle();
    }
    this.goTo(endMs);
  }

  async call(): Promise<Verdict> {
    const [verdict] = await this.store.consume(this.charges);
    await settle();
    return verdict as Verdict;
  }

  /** Calls one after another, as far apart. */
  async calls(count: number, apartMs: number): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    for (let i = 0; i < count; i++) {
      await this.pass(apartMs);
      verdicts.push(await this.call());
    }
    return verdicts;
  }

  /** Calls, a millisecond apart, until something is so; it is within a second. */
  async callsUntil(isSo: () => boolean): Promise<void> {
    for (let calls = 0; !isSo(); calls++) {
      if (calls === 1_000) throw new Error('A thousand calls changed nothing.');
      await this.calls(1, 1);
    }
  }

  private goTo(ms: number): void {
    this.clock.advance(ms - this.now);
    this.now = ms;
  }
}

/** Lets every promise that is settled be seen by whoever waits for it. */
async function settle(): Promise<void> {
  for (let hop = 0; hop < 10; hop++) await Promise.resolve();
}
