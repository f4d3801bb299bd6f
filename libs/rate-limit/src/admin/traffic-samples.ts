import type { FleetReport } from '../statistics/fleet-report';
import type * as api from './api';
import { add, countsOf, map, NO_COUNTS } from './counts';

/** How much of the past is kept second by second. */
export const HISTORY_SECONDS = 300;
const RATE_SECONDS = 5;
const LEAST_APART_MS = 500;

interface Sample {
  readonly atMs: number;
  readonly total: api.Counts;
  readonly policies: Readonly<Record<string, api.Counts>>;
  /** Of all instances, or of this one alone: two of a kind can be compared. */
  readonly complete: boolean;
}

/** The counters as they were at each look, for rates and for the last minutes. */
export class TrafficSamples {
  private readonly samples: Sample[] = [];

  /** When the first look was that is still known. */
  get sinceMs(): number | undefined {
    return this.samples[0]?.atMs;
  }

  take({ total, complete }: Pick<FleetReport, 'total' | 'complete'>): Sample {
    const last = this.samples.at(-1);
    const atMs = Date.now();
    if (last !== undefined && atMs - last.atMs < LEAST_APART_MS) return last;
    const policies = Object.fromEntries(Object.entries(total.policies).map(([name, each]) => [name, countsOf(each)]));
    // A request is let through or not; what it would have been told is known of policies only.
    const shadowDenied = Object.values(policies).reduce((sum, each) => sum + each.shadowDenied, 0);
    const sum = { ...add(countsOf(total.requests), countsOf(total.calls)), shadowDenied };
    const sample = { atMs, total: sum, policies, complete };
    this.samples.push(sample);
    if (this.samples.length > HISTORY_SECONDS) this.samples.shift();
    return sample;
  }

  /** In each of the last seconds, on average. */
  rate(policy: string | undefined): api.Counts {
    const last = this.samples.at(-1);
    const alike = this.samples.slice(-1 - RATE_SECONDS);
    const from = alike.findLastIndex((sample) => sample.complete !== last?.complete) + 1;
    const first = alike[from];
    if (last === undefined || first === undefined || last === first) return NO_COUNTS;
    return difference(first, last, policy, (last.atMs - first.atMs) / 1_000);
  }

  /** Where nobody looked for a while, each of those seconds has its share. */
  seconds(policy: string | undefined): readonly api.SecondPoint[] {
    return this.samples.slice(1).flatMap((sample, index) => {
      const before = this.samples[index] as Sample;
      if (before.complete !== sample.complete) return [];
      const count = Math.max(1, Math.round((sample.atMs - before.atMs) / 1_000));
      const share = difference(before, sample, policy, count);
      const kept = Math.min(count, HISTORY_SECONDS);
      return Array.from({ length: kept }, (_, i) => ({ atMs: sample.atMs - (kept - 1 - i) * 1_000, ...share }));
    });
  }
}

/** Each second of some minutes, from `fromMs` until before `untilMs`, with its share of its minute. */
export function secondsOfMinutes(
  minutes: readonly api.SecondPoint[],
  fromMs: number,
  untilMs: number,
): readonly api.SecondPoint[] {
  const nowMs = Date.now();
  return minutes.flatMap(({ atMs, ...counts }) => {
    // Of the minute that is not over, what has passed of it.
    const count = Math.min(60, Math.max(1, Math.round((nowMs - atMs) / 1_000)));
    const share = map((outcome) => counts[outcome] / count);
    return Array.from({ length: count }, (_, i) => ({ atMs: atMs + i * 1_000, ...share })).filter(
      (second) => second.atMs >= fromMs && second.atMs < untilMs - LEAST_APART_MS,
    );
  });
}

function difference(from: Sample, to: Sample, policy: string | undefined, seconds: number): api.Counts {
  const [before, after] = [of(from, policy), of(to, policy)];
  return map((outcome) => Math.max(0, (after[outcome] - before[outcome]) / seconds));
}

function of(sample: Sample, policy: string | undefined): api.Counts {
  return policy === undefined ? sample.total : (sample.policies[policy] ?? NO_COUNTS);
}
