import * as fc from 'fast-check';
import type { Charge, RateLimitStore, Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import { MemoryStore } from '../../stores/memory/memory-store';
import { FakeClock, quotaOf } from '../../testing';
import { DenialCache } from './denial-cache';
import { holdOffTicks } from './hold-off';

const HOLD_OFF_TICKS = 25 * TICKS_PER_MS;
const MEMORY_TICKS = 1_000 * TICKS_PER_MS;
const INSTANCES = 3;
const IDENTITIES = ['ip:1', 'ip:2'];

const QUOTAS = [
  quotaOf({ algorithm: 'token-bucket', limit: 1_000, burst: 60, per: '1s' }),
  quotaOf({ algorithm: 'token-bucket', limit: 60, burst: 5, per: '10s' }),
  quotaOf({ algorithm: 'sliding-window', limit: 10, per: '2s', precision: 3 }),
  quotaOf({ algorithm: 'fixed-window', limit: 7, per: '700ms' }),
];

const charge = fc.record({
  quota: fc.nat(QUOTAS.length - 1),
  identity: fc.nat(IDENTITIES.length - 1),
  cost: fc.oneof(fc.constantFrom(1, 1, 2, 20), fc.nat(8), fc.constant(61)),
});
/** A few calls that are made again and again, as the routes of an application are. */
const shapes = fc.array(
  fc.uniqueArray(charge, { minLength: 1, maxLength: 3, selector: (c) => `${c.quota} ${c.identity}` }),
  { minLength: 1, maxLength: 3 },
);
const pause = fc.oneof(
  { weight: 6, arbitrary: fc.nat(15 * TICKS_PER_MS) },
  { weight: 1, arbitrary: fc.nat(600 * TICKS_PER_MS) },
  { weight: 3, arbitrary: fc.constantFrom('told', 'just before', 'just after') },
);
const step = fc.record({
  kind: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom('consume', 'consume', 'attempt') },
    { weight: 1, arbitrary: fc.constantFrom('reset', 'refund', 'outage') },
  ),
  instance: fc.nat(INSTANCES - 1),
  shape: fc.nat(2),
  more: fc.constantFrom(0, 0, 0, 1, 5),
  outTicks: fc.nat(5 * TICKS_PER_MS),
  backTicks: fc.nat(10 * TICKS_PER_MS),
  pause,
});
const steps = fc.array(step, { minLength: 60, maxLength: 200, size: 'max' });

type Shape = typeof charge extends fc.Arbitrary<infer Value> ? readonly Value[] : never;
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

/** Some instances, one shared store at the end of a slow network, and what a schedule found out about both. */
class Fleet {
  readonly clock = new FakeClock();
  readonly shared = new MemoryStore({ clock: this.clock });
  readonly caches: readonly DenialCache[];
  answersFromMemory = 0;
  private readonly givenBackAt = new Map<string, number>();
  private readonly refusedAt = new Map<string, number>();
  private events: { readonly at: number; readonly happen: () => void }[] = [];
  private told = 0;
  private way = { outTicks: 0, backTicks: 0, isOutage: false };
  private refundable: { readonly charge: Charge; readonly mark: number } | undefined;

  constructor() {
    const start = this.clock.nowTicks();
    const remote: RateLimitStore = {
      ...{ source: 'redis', consumeUpTo: notAsked, peek: notAsked, refund: notAsked, reset: () => undefined },
      consume: (charges) => this.send(charges),
    };
    this.caches = Array.from({ length: INSTANCES }, (_, i) => {
      const nowMs = (): number => (this.clock.nowTicks() - start) / TICKS_PER_MS + 1_000 * i;
      return new DenialCache({ store: remote, nowMs, most: 12 });
    });
  }

  async take(shape: Shape, { kind, instance, more, outTicks, backTicks, pause: until }: Step): Promise<void> {
    const charges = shape.map(({ quota, identity, cost }) => chargeOf(quota, identity, cost + more));
    const [first] = charges as [Charge];
    if (kind === 'reset') {
      this.giveBack(first, () => {
        this.shared.reset(first.bucketId, first.identity);
      });
    } else if (kind === 'refund' && this.refundable !== undefined) {
      const { charge: earlier, mark } = this.refundable;
      this.giveBack(earlier, () => this.shared.refund(earlier, earlier.cost, mark));
    } else {
      this.way = { outTicks, backTicks, isOutage: kind === 'outage' };
      const isAttempt = kind === 'attempt';
      const cache = this.caches[instance] as DenialCache;
      const answer = isAttempt ? cache.attempt(charges) : cache.consume(charges);
      if (answer instanceof Promise) void answer.then(this.hear);
      else this.check(charges, answer, !isAttempt);
    }
    const edge = until === 'told' ? 0 : until === 'just before' ? -1 : 1;
    await this.pass(typeof until === 'number' ? until : Math.max(0, this.told + edge));
  }

  /** What is answered from memory against what the store would say at this instant. */
  private check(charges: readonly Charge[], told: readonly Verdict[], mayHold: boolean): void {
    this.hear(told);
    this.answersFromMemory++;
    const now = this.clock.nowTicks();
    const truth = this.shared.peek(charges);
    expect(told.some(({ outcome }) => outcome !== 'allowed')).toBe(true);
    expect(told.every(({ granted, source }) => granted === 0 && source === 'denial-cache')).toBe(true);
    if (charges.some((each) => now - (this.givenBackAt.get(bucketOf(each)) ?? -Infinity) <= MEMORY_TICKS)) return;
    const isHeld = (each: Charge): boolean =>
      mayHold &&
      now - (this.refusedAt.get(bucketOf(each)) ?? -Infinity) < Math.min(HOLD_OFF_TICKS, holdOffTicks(each.quota));
    expect(truth.some(({ outcome }) => outcome !== 'allowed') || charges.some(isHeld)).toBe(true);
    const isRight = told.map(({ retryTicks, outcome }, i) => {
      const longest = Math.max(isHeld(charges[i]!) ? holdOffTicks(charges[i]!.quota) : 0, truth[i]!.retryTicks);
      return retryTicks <= longest && retryTicks > 0 === (outcome !== 'allowed');
    });
    expect(isRight).not.toContain(false);
  }

  private readonly hear = (verdicts: readonly Verdict[]): void => {
    const waits = verdicts.map(({ retryTicks }) => retryTicks).filter((ticks) => ticks < MEMORY_TICKS);
    this.told = Math.max(0, ...waits);
  };

  private giveBack(given: Charge, act: () => unknown): void {
    this.givenBackAt.set(bucketOf(given), this.clock.nowTicks());
    act();
  }

  private send(charges: readonly Charge[]): Promise<readonly Verdict[]> {
    const { outTicks, backTicks, isOutage } = this.way;
    return new Promise((resolve) => {
      this.after(outTicks, () => {
        const verdicts = isOutage ? charges.map(refusedWithoutStore) : this.shared.consume(charges);
        for (const [i, { outcome, granted, mark }] of verdicts.entries()) {
          if (outcome !== 'allowed') this.refusedAt.set(bucketOf(charges[i]!), this.clock.nowTicks());
          else if (granted > 0) this.refundable = { charge: charges[i]!, mark };
        }
        this.after(backTicks, () => {
          resolve(verdicts);
        });
      });
    });
  }

  private after(ticks: number, happen: () => void): void {
    this.events.push({ at: this.clock.nowTicks() + ticks, happen });
    this.events.sort((a, b) => a.at - b.at);
  }

  private async pass(ticks: number): Promise<void> {
    const until = this.clock.nowTicks() + ticks;
    for (let event = this.events[0]; event !== undefined && event.at <= until; event = this.events[0]) {
      this.events.shift();
      this.clock.set(event.at);
      event.happen();
      for (let turn = 0; turn < 4; turn++) await Promise.resolve();
    }
    this.clock.set(until);
  }
}

function chargeOf(quota: number, identity: number, cost: number): Charge {
  return { bucketId: `policy-${quota}`, identity: IDENTITIES[identity]!, quota: QUOTAS[quota]!, cost };
}

function bucketOf({ bucketId, identity }: Charge): string {
  return `${bucketId} ${identity}`;
}

function refusedWithoutStore(): Verdict {
  const ticks = 500 * TICKS_PER_MS;
  const waits = { retryTicks: ticks, nextUnitTicks: ticks, resetTicks: ticks };
  return { outcome: 'denied', granted: 0, remaining: 0, ...waits, mark: -1, source: 'fallback' };
}

function notAsked(): never {
  throw new Error('Nothing here asks for that.');
}

it('refuses only what the store would refuse then, but for the hold-off and what was given back within a second', async () => {
  let answersFromMemory = 0;
  await fc.assert(
    fc.asyncProperty(shapes, steps, async (calls, schedule) => {
      const fleet = new Fleet();
      for (const each of schedule) await fleet.take(calls[each.shape % calls.length]!, each);
      answersFromMemory += fleet.answersFromMemory;
      fleet.shared.close();
    }),
    { numRuns: 300 },
  );
  expect(answersFromMemory).toBeGreaterThan(2_000);
});
