/**
 * Upper bounds of the buckets in microseconds: 14 in each power of ten, from 10 µs to 1 s. All bounds of the published
 * metrics are among them, so that those are exact.
 */
const STEPS = [1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9];
export const LATENCY_BOUNDS_US: readonly number[] = [
  ...[10, 100, 1_000, 10_000, 100_000].flatMap((ten) => STEPS.map((step) => step * ten)),
  1_000_000,
];

/** For each power of two, the first bucket that it can fall into: what is left to look at are a few neighbours. */
const FIRST_BY_POWER = Uint8Array.from({ length: 33 }, (_, power) => firstBucketOf(power === 0 ? 0 : 2 ** (power - 1)));
const LONGEST_US = LATENCY_BOUNDS_US.at(-1) as number;
const BOUNDS = Float64Array.from(LATENCY_BOUNDS_US);

/** A histogram as it travels: sparse pairs of bucket and count, and the sum. The last bucket is for what is longer. */
export interface LatencyCounts {
  readonly count: number;
  readonly sumSeconds: number;
  /** Bucket, count, bucket, count, … Buckets without any are left out. */
  readonly buckets: readonly number[];
}

/** Counts lengths of time in buckets that are at most 25 % wide: 15 ns each, and nothing is allocated. */
export class LatencyHistogram {
  private readonly counts = new Float64Array(LATENCY_BOUNDS_US.length + 1);
  private sumUs = 0;

  /** @param weight How many decisions the measured one stands for. */
  record(ms: number, weight = 1): void {
    const us = ms * 1_000;
    this.sumUs += us * weight;
    const index = us > LONGEST_US ? BOUNDS.length : bucketOf(us);
    this.counts[index] = (this.counts[index] as number) + weight;
  }

  snapshot(): LatencyCounts {
    const buckets: number[] = [];
    let count = 0;
    for (const [bucket, inBucket] of this.counts.entries()) {
      if (inBucket === 0) continue;
      buckets.push(bucket, inBucket);
      count += inBucket;
    }
    return { count, sumSeconds: this.sumUs / 1e6, buckets };
  }
}

export function addLatency(a: LatencyCounts, b: LatencyCounts): LatencyCounts {
  const sums = new Map<number, number>();
  for (const { buckets } of [a, b]) {
    for (let i = 0; i + 1 < buckets.length; i += 2) {
      const bucket = buckets[i] as number;
      sums.set(bucket, (sums.get(bucket) ?? 0) + (buckets[i + 1] as number));
    }
  }
  const buckets = [...sums].sort(([left], [right]) => left - right).flat();
  return { count: a.count + b.count, sumSeconds: a.sumSeconds + b.sumSeconds, buckets };
}

/** How many took at most each of some bounds, which are in seconds and rise. */
export function cumulative({ buckets }: LatencyCounts, boundsSeconds: readonly number[]): number[] {
  return boundsSeconds.map((bound) => {
    const boundUs = Math.round(bound * 1e6);
    let sum = 0;
    for (let i = 0; i + 1 < buckets.length; i += 2) {
      const upperUs = LATENCY_BOUNDS_US[buckets[i] as number] ?? Infinity;
      if (upperUs <= boundUs) sum += buckets[i + 1] as number;
    }
    return sum;
  });
}

/**
 * The length in milliseconds that a share of all did not exceed, from 0 to 1: the upper bound of its bucket, so at most
 * 25 % too long. `undefined` without any; `Infinity` beyond a second.
 */
export function quantileMs({ count, buckets }: LatencyCounts, share: number): number | undefined {
  if (count === 0) return undefined;
  let left = Math.max(1, Math.ceil(count * share));
  for (let i = 0; i + 1 < buckets.length; i += 2) {
    left -= buckets[i + 1] as number;
    if (left <= 0) return (LATENCY_BOUNDS_US[buckets[i] as number] ?? Infinity) / 1_000;
  }
  return Infinity;
}

function bucketOf(us: number): number {
  let index = FIRST_BY_POWER[32 - Math.clz32(us)] as number;
  while (us > (BOUNDS[index] as number)) index++;
  return index;
}

function firstBucketOf(us: number): number {
  const index = LATENCY_BOUNDS_US.findIndex((bound) => bound >= us);
  return index < 0 ? LATENCY_BOUNDS_US.length : index;
}
