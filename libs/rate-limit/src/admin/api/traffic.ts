import type { KeyView, PolicyMode } from './common';
import type { AuditEntry } from './audit';

/** How many decisions ended how. */
export interface Counts {
  readonly allowed: number;
  readonly denied: number;
  readonly shadowDenied: number;
  readonly bypassed: number;
  readonly errors: number;
}

/** Milliseconds, 1,000 for whatever took that or longer; `null` without any decision. */
export interface Latency {
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** One policy in numbers, over all instances. */
export interface PolicyTraffic {
  readonly policy: string;
  readonly mode: PolicyMode;
  /** Since the counters began. */
  readonly totals: Counts;
  /** In each of the last seconds, on average. Known once the API was asked twice within five seconds. */
  readonly perSecond: Counts;
  readonly nearLimit: number;
  readonly blocked: { readonly count: number; readonly atLeast: boolean };
}

/** A key that stands out; the true count lies between `count - error` and `count`. */
export interface HeavyKey {
  readonly key: KeyView;
  readonly policy: string;
  readonly count: number;
  readonly error: number;
}

/** What is wrong, for the banner on top. */
export interface Degradation {
  readonly kind: 'store' | 'control' | 'partial' | 'statistics';
  readonly message: string;
  readonly sinceMs: number | null;
}

export interface Overview {
  readonly atMs: number;
  readonly totals: Counts;
  readonly perSecond: Counts;
  readonly latency: Latency;
  readonly blocked: { readonly count: number; readonly atLeast: boolean };
  readonly policies: readonly PolicyTraffic[];
  readonly topDenied: readonly HeavyKey[];
  readonly topRequests: readonly HeavyKey[];
  readonly recentChanges: readonly AuditEntry[];
  readonly activeOverrides: number;
  readonly activeEntries: number;
  readonly instances: { readonly alive: number; readonly answering: number };
  readonly degraded: readonly Degradation[];
  /** The last minutes, second by second, of everything: for the chart before the stream has any. */
  readonly history: readonly SecondPoint[];
}

/** One second. */
export interface SecondPoint extends Counts {
  readonly atMs: number;
}

/** One event of the stream. `id` grows by one; after a gap the page asks for `Overview` again. */
export interface LiveFrame {
  readonly id: number;
  readonly atMs: number;
  readonly totals: Counts;
  readonly perSecond: Counts;
  readonly latency: Latency;
  readonly blocked: { readonly count: number; readonly atLeast: boolean };
  readonly policies: readonly PolicyTraffic[];
  readonly instances: { readonly alive: number; readonly answering: number };
  readonly degraded: readonly Degradation[];
  /** Grows with each change of overrides and lists: ask for them again. */
  readonly controlVersion: number;
  readonly lastAuditId: string | null;
}

export interface TrafficQuery {
  readonly policy?: string;
  readonly resolution?: 'second' | 'minute' | 'hour';
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface TrafficSeries {
  readonly policy: string | null;
  readonly resolution: 'second' | 'minute' | 'hour';
  readonly fromMs: number;
  readonly toMs: number;
  /** Those without any count are left out. */
  readonly points: readonly SecondPoint[];
}
