import * as fc from 'fast-check';
import { ALGORITHM_NAMES, type AlgorithmName, type Quota } from '../../core/quota';
import type { Charge } from '../../core/store';
import { FakeClock, quotaOf } from '../../testing';
import { SharedMemory } from '../../testing/shared-memory';
import { MemoryStore } from './memory-store';

const limit = fc.integer({ min: 0, max: 40 });
const per = fc.constantFrom('10ms', '1s');
const quotasOf: Record<AlgorithmName, fc.Arbitrary<Quota>> = {
  'sliding-window': fc
    .record({ limit, per, precision: fc.constantFrom(1, 2, 3, 10, 30) })
    .map((options) => quotaOf({ algorithm: 'sliding-window', ...options })),
  'token-bucket': fc
    .record({ limit: fc.integer({ min: 1, max: 40 }), per, burst: fc.integer({ min: 1, max: 60 }) })
    .map((options) => quotaOf({ algorithm: 'token-bucket', ...options })),
  'fixed-window': fc
    .record({ limit, per: fc.constantFrom('10ms', '1s', 'day') })
    .map((options) => quotaOf({ algorithm: 'fixed-window', ...options })),
};

const SECOND = 8_000_000;
const small = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 20_000 }));
const onward = fc.oneof(
  small,
  fc.constantFrom(0, 1, 8_000, 79_999, 80_000, SECOND - 1, SECOND, 3 * SECOND),
  fc.integer({ min: 0, max: 1_200_000 }),
);
const backward = fc.oneof(fc.constantFrom(-1, -SECOND, -5 * SECOND), fc.integer({ min: -20_000, max: 0 }));

const call = {
  op: fc.constantFrom('consume', 'consume', 'consume', 'both', 'consumeUpTo', 'peek', 'refund', 'reset'),
  bucket: fc.constantFrom('a', 'b'),
  cost: fc.constantFrom(0, 1, 1, 1, 2, 7, 50),
  /** Limits and precisions may change from call to call. */
  quota: fc.constantFrom(0, 0, 0, 0, 1),
};
/** `size`, as by itself fast-check makes such arrays hardly longer than ten. */
const scheduleOf = (step: fc.Arbitrary<number>) =>
  fc.array(fc.record({ step, ...call }), { maxLength: 120, size: 'max' });
/** A step back leaves instants ahead for long: most schedules have none, or logs would seldom be full. */
const schedules = fc.oneof(scheduleOf(small), scheduleOf(onward), scheduleOf(fc.oneof(onward, onward, backward)));

test.each(ALGORITHM_NAMES)('the memory store says of a %s what the algorithm says, and keeps as much', (algorithm) => {
  const quotas = quotasOf[algorithm];
  fc.assert(
    fc.property(fc.tuple(quotas, quotas), schedules, (known, sequence) => {
      const clock = new FakeClock();
      const [store, model] = [new MemoryStore({ clock }), new SharedMemory({ clock })];
      const taken: { charge: Charge; mark: number }[] = [];
      try {
        for (const { step, op, bucket, cost, quota: which } of sequence) {
          clock.advanceTicks(step);
          const chargeOf = (bucketId: string): Charge => ({ bucketId, identity: 'x', quota: known[which], cost });
          const charge = chargeOf(bucket);
          const charges = op === 'both' ? [chargeOf('a'), chargeOf('b')] : [charge];
          const last = taken[cost];
          switch (op) {
            case 'consumeUpTo':
              expect(store.consumeUpTo(charge)).toEqual(model.consumeUpTo(charge));
              break;
            case 'peek':
              expect(store.peek(charges)).toEqual(model.peek(charges));
              break;
            case 'reset':
              store.reset(bucket, 'x');
              model.reset(bucket, 'x');
              break;
            case 'refund':
              if (last === undefined) break;
              expect(store.refund(last.charge, cost, last.mark)).toEqual(model.refund(last.charge, cost, last.mark));
              break;
            default: {
              const verdicts = store.consume(charges);
              expect(verdicts).toEqual(model.consume(charges));
              taken.unshift({ charge, mark: verdicts[0]!.mark });
            }
          }
        }
      } finally {
        store.close();
      }
    }),
    // A log has more states to be in than one or two numbers.
    { numRuns: algorithm === 'sliding-window' ? 1_000 : 300 },
  );
});
