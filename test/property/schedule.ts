import * as fc from 'fast-check';
import { type AlgorithmName, type Quota, quotaOf, SimulatedBucket, type Verdict } from 'nest-floodgate/testing';

/**
 * Always the same schedules, so that a failure is not a matter of luck; fast-check prints the seed and the path with
 * it. To search further: `PROPERTY_RUNS=200000 PROPERTY_SEED=$RANDOM npx jest --selectProjects property`.
 */
export const runs = (share = 1): fc.Parameters<unknown> => ({
  numRuns: Math.ceil(Number(process.env.PROPERTY_RUNS ?? 2_000) * share),
  seed: Number(process.env.PROPERTY_SEED ?? 20_250_101),
});

/** One call. Lengths of time follow from the quota, so that schedules often meet its boundaries. */
export interface Call {
  readonly op: 'consume' | 'consumeUpTo' | 'refund';
  readonly cost: number;
  /** Time since the call before: eighths of a window or of its smallest part, and some ticks more or less. */
  readonly wait: TimeSpan;
  /** How far the clock steps back before the call. */
  readonly stepBack?: TimeSpan;
  /** Which charge a refund is for, counted back from the newest. */
  readonly charge: number;
}

interface TimeSpan {
  readonly of: 'window' | 'part';
  readonly eighths: number;
  readonly ticks: number;
}

const timeSpan: fc.Arbitrary<TimeSpan> = fc.record({
  of: fc.constantFrom('window', 'part', 'part'),
  eighths: fc.oneof(fc.constant(0), fc.nat(4), fc.constantFrom(1, 2, 4, 7, 8, 9, 16)),
  ticks: fc.oneof(fc.constant(0), fc.integer({ min: -2, max: 2 }), fc.nat(50)),
});

const call: fc.Arbitrary<Call> = fc.record({
  op: fc.oneof(
    { arbitrary: fc.constant('consume' as const), weight: 3 },
    { arbitrary: fc.constant('consumeUpTo' as const), weight: 1 },
    { arbitrary: fc.constant('refund' as const), weight: 2 },
  ),
  cost: fc.oneof(fc.constant(1), fc.nat(4), fc.nat(20)),
  wait: timeSpan,
  charge: fc.oneof(fc.constant(0), fc.nat(6)),
});

export const schedule = fc.array(call, { maxLength: 40, size: 'max' });

const noStep: TimeSpan = { of: 'window', eighths: 0, ticks: 0 };
const step = fc.oneof(
  { arbitrary: fc.constant(noStep), weight: 4 },
  { arbitrary: timeSpan, weight: 2 },
  { arbitrary: fc.record({ of: fc.constant('window' as const), eighths: fc.nat(200), ticks: fc.nat(2) }), weight: 1 },
);

/** A schedule whose clock steps back now and then, by a tick or by many windows. */
export const steppingSchedule = fc.array(
  fc.tuple(call, step).map(([one, stepBack]): Call => ({ ...one, stepBack })),
  { maxLength: 40, size: 'max' },
);

const limit = fc.oneof(fc.nat(3), fc.nat(12), fc.nat(40));
const per = fc.constantFrom(1, 7, 1_000, '1h');
/** Windows of a few ticks, which no option can ask for: in these, every call is near some boundary. */
const perTicks = fc.integer({ min: 1, max: 40 });
const precision = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 16 }));

export const slidingWindowQuota: fc.Arbitrary<Quota> = fc.oneof(
  fc.record({ limit, per, precision }).map((options) => quotaOf({ ...options, algorithm: 'sliding-window' })),
  fc.record({ limit, perTicks, precision }).map((tiny) => ({
    ...tiny,
    algorithm: 'sliding-window' as const,
    capacity: tiny.limit,
    cellTicks: Math.ceil(tiny.perTicks / tiny.precision),
  })),
);

const burst = fc.integer({ min: 1, max: 20 });

export const tokenBucketQuota: fc.Arbitrary<Quota> = fc.oneof(
  fc.record({ limit, per, burst: fc.option(burst, { nil: undefined }) }).map((options) => {
    return quotaOf({ ...options, algorithm: 'token-bucket' });
  }),
  fc.record({ capacity: burst, ticksPerUnit: fc.integer({ min: 1, max: 9 }) }).map((tiny) => ({
    ...tiny,
    algorithm: 'token-bucket' as const,
    limit: tiny.capacity,
    perTicks: tiny.capacity * tiny.ticksPerUnit,
  })),
);

export const fixedWindowQuota: fc.Arbitrary<Quota> = fc.oneof(
  fc.record({ limit, per }).map((options) => quotaOf({ ...options, algorithm: 'fixed-window' })),
  fc.record({ limit, perTicks }).map((tiny) => ({
    ...tiny,
    algorithm: 'fixed-window' as const,
    capacity: tiny.limit,
  })),
);

export const quotas: Readonly<Record<AlgorithmName, fc.Arbitrary<Quota>>> = {
  'sliding-window': slidingWindowQuota,
  'token-bucket': tokenBucketQuota,
  'fixed-window': fixedWindowQuota,
};

/** Units that were charged, and how many of them are still counted as admitted. */
export interface Grant {
  /** The time that really passed, in ticks. */
  readonly real: number;
  /** What the clock said. */
  readonly at: number;
  readonly units: number;
  readonly mark: number;
  /** Units of it that a refund has asked for: a charge is given back once. */
  asked: number;
  /** Units of it that were given back. */
  returned: number;
}

const START = 252_288_000_000_000;

/** Plays a schedule on one bucket and remembers what was really admitted. */
export class Player {
  readonly bucket = new SimulatedBucket();
  readonly grants: Grant[] = [];
  real: number;
  private stepped = 0;

  constructor(
    public quota: Quota,
    start = START,
  ) {
    this.real = start;
  }

  /** What the clock says now. */
  get at(): number {
    return this.real - this.stepped;
  }

  /** Lets the time of a call come. */
  wait(call: Call): void {
    this.real += this.ticksOf(call.wait);
    if (call.stepBack !== undefined) this.stepped += this.ticksOf(call.stepBack);
  }

  take(call: Call): Verdict {
    const verdict = this.bucket[call.op === 'consumeUpTo' ? 'consumeUpTo' : 'consume'](this.quota, call.cost, this.at);
    const { granted: units, mark } = verdict;
    if (units > 0) this.grants.push({ real: this.real, at: this.at, units, mark, asked: 0, returned: 0 });
    return verdict;
  }

  /** Gives back some of an earlier charge, if there is one left to ask for. */
  refund(call: Call, mayRefund: (grant: Grant, units: number) => boolean = () => true): void {
    const grant = this.grants.at(-1 - call.charge);
    if (grant === undefined) return;
    const units = Math.min(Math.max(1, call.cost), grant.units - grant.asked);
    if (units === 0 || !mayRefund(grant, units)) return;
    grant.asked += units;
    grant.returned += this.bucket.refund(this.quota, units, grant.mark, this.at);
  }

  private ticksOf({ of, eighths, ticks }: TimeSpan): number {
    return Math.max(
      0,
      Math.floor(((of === 'window' ? this.quota.perTicks : partOf(this.quota)) * eighths) / 8) + ticks,
    );
  }
}

/** The smallest part of a window that means something: a cell, or the time of one unit. */
export function partOf(quota: Quota): number {
  if (quota.algorithm === 'sliding-window') return quota.cellTicks;
  return quota.algorithm === 'token-bucket' ? quota.ticksPerUnit : quota.perTicks;
}

/** Units admitted and not given back among the grants that pass. */
export function admitted(grants: readonly Grant[], counts: (grant: Grant) => boolean): number {
  return grants.reduce((sum, grant) => (counts(grant) ? sum + grant.units - grant.returned : sum), 0);
}
