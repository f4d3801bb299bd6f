import { addLatency, cumulative, LATENCY_BOUNDS_US, LatencyHistogram, quantileMs } from './latency-histogram';

const PUBLISHED = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

describe('a histogram of latencies', () => {
  it('puts every length into the bucket of the least bound that is not below it', () => {
    for (const us of [
      0, 0.5, 1, 9, 10, 10.1, 12.5, 49, 50, 50.1, 99, 777, 1_000, 123_456, 999_999, 1_000_000, 5e6, 1e13,
    ]) {
      const histogram = new LatencyHistogram();
      histogram.record(us / 1_000);
      const expected = LATENCY_BOUNDS_US.findIndex((bound) => bound >= (us / 1_000) * 1_000);
      expect([us, histogram.snapshot().buckets]).toEqual([us, [expected < 0 ? LATENCY_BOUNDS_US.length : expected, 1]]);
    }
  });

  it('has every published bound, so that those counts are exact', () => {
    for (const bound of PUBLISHED) expect(LATENCY_BOUNDS_US).toContain(Math.round(bound * 1e6));
    const histogram = new LatencyHistogram();
    for (let us = 10; us <= 2_000_000; us += 10_007) histogram.record(us / 1_000);
    const all = Array.from({ length: 200 }, (_, i) => 10 + i * 10_007).filter((us) => us <= 2_000_000);
    const counts = histogram.snapshot();
    expect(cumulative(counts, PUBLISHED)).toEqual(
      PUBLISHED.map((bound) => all.filter((us) => us <= bound * 1e6).length),
    );
    expect(counts.count).toBe(all.length);
  });

  it('tells quantiles that are at most a quarter too high', () => {
    const histogram = new LatencyHistogram();
    for (let i = 1; i <= 1_000; i++) histogram.record(i / 100);
    const counts = histogram.snapshot();
    for (const share of [0.5, 0.95, 0.99]) {
      const truth = share * 10;
      expect(quantileMs(counts, share)).toBeGreaterThanOrEqual(truth - 1e-9);
      expect(quantileMs(counts, share)).toBeLessThanOrEqual(truth * 1.25);
    }
    expect(quantileMs({ count: 0, sumSeconds: 0, buckets: [] }, 0.5)).toBeUndefined();
  });

  it('adds up to what one histogram of both would be', () => {
    const [a, b, both] = [new LatencyHistogram(), new LatencyHistogram(), new LatencyHistogram()];
    for (const [histogram, ms] of [
      [a, 1],
      [a, 3],
      [b, 1],
      [b, 70],
    ] as const) {
      histogram.record(ms);
      both.record(ms);
    }
    expect(addLatency(a.snapshot(), b.snapshot())).toEqual(both.snapshot());
  });
});
