import { algorithmOf } from '../../core/algorithms/registry';
import { StoreUnavailableError } from '../../core/errors';
import { chargeOwed } from '../../core/owed';
import type { Charge, RateLimitStore, Verdict } from '../../core/store';
import { type FakeClock, SimulatedBucket } from '../../testing';

/** One bucket that all instances share, across a network. */
export class SharedBucket extends SimulatedBucket {
  /** What the network does to the next calls. */
  network: 'up' | 'down' | 'hangs' | 'loses replies' = 'up';
  /** Units carried as debts by calls that arrived. */
  carried = 0;

  constructor(private readonly clock: FakeClock) {
    super();
  }

  call(charge: Charge, decide: (now: number) => Verdict): Promise<Verdict> {
    if (this.network === 'down') return Promise.reject(new StoreUnavailableError('not connected', false));
    if (this.network === 'hangs') return new Promise(() => undefined);
    const { quota, owed = [] } = charge;
    this.state = chargeOwed(algorithmOf(quota), this.state, quota, owed, this.clock.nowTicks());
    this.carried += owed.reduce((sum, { units }) => sum + units, 0);
    const verdict = decide(this.clock.nowTicks());
    if (this.network === 'loses replies') return Promise.reject(new StoreUnavailableError('lost', true));
    return Promise.resolve(verdict);
  }
}

/** A store that is asked over that network. */
export function remoteOf(bucket: SharedBucket): RateLimitStore {
  const ask = ([charge]: readonly Charge[], decide: (charge: Charge, now: number) => Verdict): Promise<Verdict> => {
    if (charge === undefined) throw new Error('There is one bucket, and nothing was asked of it.');
    return bucket.call(charge, (now) => decide(charge, now));
  };
  return {
    source: 'redis',
    consume: async (charges) => [await ask(charges, (charge, now) => bucket.consume(charge.quota, charge.cost, now))],
    consumeUpTo: (charge) => bucket.call(charge, (now) => bucket.consumeUpTo(charge.quota, charge.cost, now)),
    peek: async (charges) => [await ask(charges, (charge, now) => bucket.peek(charge.quota, charge.cost, now))],
    refund: () => 0,
    reset: () => Promise.resolve(),
  };
}
