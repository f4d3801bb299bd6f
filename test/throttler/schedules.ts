import type { Hit } from './memory-model';

export interface TimedHit {
  readonly nowMs: number;
  readonly hit: Hit;
}

const START_MS = Date.UTC(2026, 0, 1);

/** A generator of numbers from 0 to 1 that repeats for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Range {
  readonly ttls: readonly number[];
  readonly limits: readonly number[];
  readonly blocks: readonly number[];
}

export const ANYTHING: Range = {
  ttls: [1, 100, 999.5, 1_000, 1_000.5, 3_000, 60_000, 86_400_000, 1e12],
  limits: [1, 2, 2.5, 3, 10, 100, 1e9, Infinity],
  blocks: [0, 1, 50, 500.25, 1_000, 2_500, 5_000, 60_000, 1e12],
};

/** Hits on a few keys and throttlers, whose options change now and then, with pauses of all lengths. */
export function schedule(
  seed: number,
  length: number,
  { ttls, limits, blocks }: Range = ANYTHING,
): readonly TimedHit[] {
  const random = seeded(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
  let nowMs = START_MS;
  const throttlers = new Map<string, readonly [ttl: number, limit: number, block: number]>();
  return Array.from({ length }, () => {
    nowMs += Math.floor(pick([0, 1, 10, 100, 700, 1_000, 1_001, 3_000, 20_000]) * random() * 1.2);
    const key = pick(['a', 'b', 'key of two throttlers']);
    const name = key.startsWith('key') ? pick(['short', 'long']) : 'default';
    const throttler = `${key} ${name}`;
    if (!throttlers.has(throttler) || random() < 0.05) {
      throttlers.set(throttler, [pick(ttls), pick(limits), pick(blocks)]);
    }
    const options = throttlers.get(throttler)!;
    return { nowMs, hit: [key, ...options, name] };
  });
}
