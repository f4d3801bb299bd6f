/** One value of a metric, under its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The values of a histogram: how many were at most each bound, all of them, and their sum. */
export interface HistogramSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly buckets: readonly number[];
  readonly count: number;
  readonly sum: number;
}

interface FamilyBase {
  readonly name: string;
  readonly help: string;
}

/** A metric that is read when it is asked for, and costs nothing in between. */
export type MetricFamily =
  | (FamilyBase & {
      readonly type: 'counter' | 'gauge';
      /** What several processes together say, where one answers for all of them. Default: the sum. */
      readonly together?: 'max' | 'min';
      readonly read: () => readonly Sample[] | Promise<readonly Sample[]>;
    })
  | (FamilyBase & {
      readonly type: 'histogram';
      /** Upper bounds of the buckets, rising. */
      readonly bounds: readonly number[];
      readonly read: () => readonly HistogramSample[];
    });

/** Upper bounds of all histograms, in seconds: from a decision in memory to a store that times out. */
export const BUCKETS_SECONDS = [
  0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
] as const;
