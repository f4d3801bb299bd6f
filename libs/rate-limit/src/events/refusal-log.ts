import type { LimitedEvent } from './rate-limit-event';
import type { RateLimitEvents } from './rate-limit-events';

/** One line about refusals, for a log that keeps fields apart. */
export interface RefusalLine {
  readonly event: 'rate-limited' | 'rate-limited-more';
  readonly policy: string;
  /** `rate-limited`: who, as `keyText` shows it. */
  readonly key?: string;
  readonly limit?: number;
  readonly retryAfterMs?: number;
  readonly source?: string;
  /** `rate-limited-more`: how many more there were in that second. */
  readonly count?: number;
}

export interface RefusalLogOptions {
  /** Refusals told one by one in each second, for each policy. The rest of the second is one line with their number. */
  readonly perSecond: number;
  /** What is written in place of an identity. */
  readonly keyText: (identity: string) => string;
  readonly write: (line: RefusalLine) => void;
}

/** Most policies followed within a second. */
const MOST_POLICIES = 1_000;

/** Writes refusals to a log: the first few of each second, and how many more there were. */
export class RefusalLog {
  private readonly seen = new Map<string, number>();

  constructor(
    events: RateLimitEvents,
    private readonly options: RefusalLogOptions,
  ) {
    events.listen(['limited'], (event) => {
      this.refused(event);
    });
  }

  /** To be called once a second. */
  nextSecond(): void {
    const { perSecond, write } = this.options;
    for (const [policy, count] of this.seen) {
      if (count > perSecond) write({ event: 'rate-limited-more', policy, count: count - perSecond });
    }
    this.seen.clear();
  }

  private refused({ decision, identity }: LimitedEvent): void {
    const { perSecond, keyText, write } = this.options;
    const { policy, limit, retryAfterMs, source } = decision;
    const seen = (this.seen.get(policy) ?? 0) + 1;
    if (seen > 1 || this.seen.size < MOST_POLICIES) this.seen.set(policy, seen);
    if (seen <= perSecond)
      write({ event: 'rate-limited', policy, key: keyText(identity), limit, retryAfterMs, source });
  }
}

/** A line as text: `rate-limited policy=login key=ip:#1b2c3d4e limit=5 …`. */
export function refusalText({ event, ...fields }: RefusalLine): string {
  const parts = Object.entries(fields).map(([name, value]) => `${name}=${wordOf(value)}`);
  return [event, ...parts].join(' ');
}

function wordOf(value: string | number): string {
  const text = String(value);
  return /^[\w:#.@/-]+$/.test(text) ? text : JSON.stringify(text);
}
