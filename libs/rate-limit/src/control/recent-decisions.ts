import type { PolicyDecision } from '../core/decision';

export interface RecentRecord {
  readonly atMs: number;
  readonly policy: string;
  readonly outcome: 'allowed' | 'denied' | 'impossible' | 'shadow-denied' | 'banned';
  readonly cost: number;
  readonly remaining: number;
  readonly limit: number;
  readonly retryAfterMs: number;
}

/** Of one in so many keys, chosen by hash: all decisions of a key, or none. A power of two. */
export const RECENT_ONE_IN = 8;
const MOST_KEYS = 1_000;
const EACH = 50;

/** The last decisions of some keys, of this process. */
export class RecentDecisions {
  private readonly keys = new Map<string, RecentRecord[]>();

  constructor(private readonly unixMs: () => number) {}

  note(decision: PolicyDecision, identity: string, isShadow: boolean): void {
    if (!isSampled(identity, RECENT_ONE_IN)) return;
    const { policy, cost, remaining, limit, retryAfterMs } = decision;
    const records = this.keys.get(identity) ?? [];
    const outcome = outcomeOf(decision, isShadow);
    records.push({ atMs: this.unixMs(), policy, outcome, cost, remaining, limit, retryAfterMs });
    if (records.length > EACH) records.shift();
    this.keys.delete(identity);
    this.keys.set(identity, records);
    if (this.keys.size <= MOST_KEYS) return;
    for (const oldest of this.keys.keys()) {
      this.keys.delete(oldest);
      break;
    }
  }

  /** Newest first. */
  of(identity: string): readonly RecentRecord[] {
    return [...(this.keys.get(identity) ?? [])].reverse();
  }
}

function outcomeOf({ outcome, banId }: PolicyDecision, isShadow: boolean): RecentRecord['outcome'] {
  if (banId !== undefined) return 'banned';
  return isShadow && outcome !== 'allowed' ? 'shadow-denied' : outcome;
}

/** Whether a key is one of those that are looked at: the same on every instance. */
export function isSampled(identity: string, oneIn: number): boolean {
  // FNV-1a, mixed once more: its low bits alone follow the last characters too closely.
  let hash = 0x811c9dc5;
  for (let i = 0; i < identity.length; i++) hash = Math.imul(hash ^ identity.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return ((Math.imul(hash, 0x2c1b3c6d) >>> 12) & (oneIn - 1)) === 0;
}
