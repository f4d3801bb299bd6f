import type { Quota } from '../core/quota';
import type { Charge, RateLimitStore, Verdict } from '../core/store';
import type { FakeClock } from './fake-clock';
import { randomNumbers } from './random-numbers';
import { SimulatedBucket } from './simulated-bucket';

const STEPS = 200;
const IDENTITIES = 3;
const LONGEST_PAUSE_MS = 15_000;

type Answer = readonly Verdict[] | Verdict | number;

interface RandomPlay {
  readonly actual: Answer[];
  readonly expected: Answer[];
}

/** Makes the same random calls to a store and to one simulated bucket for each of its buckets. */
export async function playAtRandom(
  store: RateLimitStore,
  clock: FakeClock,
  quota: Quota,
  seed: number,
): Promise<RandomPlay> {
  const random = randomNumbers(seed);
  const model = new StoreModel();
  const play: RandomPlay = { actual: [], expected: [] };
  const marks: { charge: Charge; mark: number }[] = [];
  const bucketId = `random-${seed}:${quota.algorithm}`;
  const chargeOf = (identity: number): Charge => {
    return { bucketId, identity: `ip:${identity}`, quota, cost: random(quota.capacity + 2) };
  };
  for (let step = 0; step < STEPS; step++) {
    clock.advance(random(LONGEST_PAUSE_MS));
    const now = clock.nowTicks();
    const first = random(IDENTITIES);
    const charge = chargeOf(first);
    const charges = random(2) === 0 ? [charge] : [charge, chargeOf((first + 1) % IDENTITIES)];
    const kind = random(6);
    if (kind === 0) {
      play.actual.push(await store.peek(charges));
      play.expected.push(model.peek(charges, now));
    } else if (kind === 1) {
      play.actual.push(await store.consumeUpTo(charge));
      play.expected.push(model.bucket(charge).consumeUpTo(quota, charge.cost, now));
    } else if (kind === 2) {
      const { charge: earlier, mark } = marks[random(marks.length)] ?? { charge, mark: now };
      play.actual.push(await store.refund(earlier, earlier.cost, mark));
      play.expected.push(model.bucket(earlier).refund(quota, earlier.cost, mark, now));
    } else {
      play.actual.push(await store.consume(charges));
      const verdicts = model.consume(charges, now);
      play.expected.push(verdicts);
      if (verdicts[0] !== undefined && verdicts[0].granted > 0) marks.push({ charge, mark: verdicts[0].mark });
    }
  }
  return play;
}

class StoreModel {
  private readonly buckets = new Map<string, SimulatedBucket>();

  bucket({ identity }: Charge): SimulatedBucket {
    const bucket = this.buckets.get(identity) ?? new SimulatedBucket();
    this.buckets.set(identity, bucket);
    return bucket;
  }

  peek(charges: readonly Charge[], now: number): Verdict[] {
    return charges.map((charge) => this.bucket(charge).peek(charge.quota, charge.cost, now));
  }

  consume(charges: readonly Charge[], now: number): Verdict[] {
    const verdicts = this.peek(charges, now);
    if (verdicts.some(({ outcome }) => outcome !== 'allowed')) return verdicts;
    return charges.map((charge) => this.bucket(charge).consume(charge.quota, charge.cost, now));
  }
}
