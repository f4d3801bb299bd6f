import { type LatencyCounts, LatencyHistogram } from './latency-histogram';
import type { StoreErrorKind } from './instance-statistics';

/** Most commands counted apart; there are a handful. */
const MOST_COMMANDS = 16;

/** What the commands to the store took, and why some failed. */
export class StoreCounters {
  /** Called with every command that is answered. */
  onLatency: ((command: string, ms: number) => void) | undefined;
  private readonly latencies = new Map<string, LatencyHistogram>();
  private readonly errors = new Map<StoreErrorKind, number>();

  /** A command was answered. */
  answered(command: string, ms: number): void {
    let histogram = this.latencies.get(command);
    if (histogram === undefined) {
      histogram = new LatencyHistogram();
      if (this.latencies.size < MOST_COMMANDS) this.latencies.set(command, histogram);
    }
    histogram.record(ms);
    this.onLatency?.(command, ms);
  }

  /** A command failed, with what it was rejected with. */
  failed(error: unknown): void {
    const kind = storeErrorKind(error);
    this.errors.set(kind, (this.errors.get(kind) ?? 0) + 1);
  }

  snapshot(): {
    readonly storeLatency: Readonly<Record<string, LatencyCounts>>;
    readonly storeErrors: Readonly<Partial<Record<StoreErrorKind, number>>>;
  } {
    const latencies = [...this.latencies].map(([command, histogram]) => [command, histogram.snapshot()] as const);
    return { storeLatency: Object.fromEntries(latencies), storeErrors: Object.fromEntries(this.errors) };
  }
}

const KINDS: readonly (readonly [RegExp, StoreErrorKind])[] = [
  [/\bNOSCRIPT\b/, 'noscript'],
  [/\bREADONLY\b/, 'readonly'],
  [/\b(?:MOVED|ASK|TRYAGAIN|CLUSTERDOWN)\b/, 'moved'],
  [/did not answer within|timed? ?out/i, 'timeout'],
  [
    /connection|not connected|Stream isn't writeable|was not asked|ECONN|EPIPE|EHOSTUNREACH|ENETUNREACH|Cluster isn't ready/i,
    'connection',
  ],
];

/** The kind of an error of the store, by what it says: drivers have no codes for most of these. */
export function storeErrorKind(error: unknown): StoreErrorKind {
  const message = error instanceof Error ? error.message : String(error);
  return KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'other';
}
