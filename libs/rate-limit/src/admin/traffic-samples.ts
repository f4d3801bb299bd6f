import type { FleetReport } from '../statistics/fleet-report';
import type * as api from './api';
import { add, countsOf, map, NO_COUNTS } from './counts';

/** How much of the past is kept second by second. */
export const HISTORY_SECONDS = 300;
/** Looks that reach back further, so that the first second has one before it. */
const KEPT_MS = (HISTORY_SECONDS + 2) * 1_000;
const RATE_MS = 5_000;
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
  private samples: readonly Sample[] = [];

  /** When the first look was that is still known. */
  get sinceMs(): number | undefined {
    return this.within(KEPT_MS)[0]?.atMs;
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
    this.samples = [...this.within(KEPT_MS), sample];
    return sample;
  }

  /** In each of the last seconds, on average; nothing where fewer than two looks were in them. */
  rate(policy: string | undefined): api.Counts {
    const looks = this.within(RATE_MS);
    const last = looks.at(-1);
    const first = looks[looks.findLastIndex((sample) => sample.complete !== last?.complete) + 1];
    if (last === undefined || first === undefined || last === first) return NO_COUNTS;
    return difference(first, last, policy, (last.atMs - first.atMs) / 1_000);
  }

  /** Of the last minutes. Where nobody looked for a while, each of those seconds has its share. */
  seconds(policy: string | undefined): readonly api.SecondPoint[] {
    const afterMs = Date.now() - HISTORY_SECONDS * 1_000;
    const looks = this.within(KEPT_MS);
    return looks.slice(1).flatMap((sample, index) => {
      const before = looks[index] as Sample;
      if (before.complete !== sample.complete) return [];
      const count = Math.max(1, Math.round((sample.atMs - before.atMs) / 1_000));
      const share = difference(before, sample, policy, count);
      const points = Array.from({ length: count }, (_, i) => ({
        atMs: sample.atMs - (count - 1 - i) * 1_000,
        ...share,
      }));
      return points.filter(({ atMs }) => atMs > afterMs);
    });
  }

  /** By time and not by number: nobody may have looked for hours. */
  private within(ms: number): readonly Sample[] {
    const fromMs = Date.now() - ms;
    return this.samples.slice(this.samples.findLastIndex(({ atMs }) => atMs < fromMs) + 1);
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
