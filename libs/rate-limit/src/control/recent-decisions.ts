import type { PolicyDecision } from '../core/decision';
import type { Charge } from '../core/store';
import { RecentMap } from './recent-map';

export interface RecentRecord {
  readonly atMs: number;
  readonly policy: string;
  readonly outcome: 'allowed' | 'denied' | 'impossible' | 'shadow-denied' | 'banned';
  readonly cost: number;
  readonly remaining: number;
  readonly limit: number;
  readonly retryAfterMs: number;
}

/** Of one in so many keys, chosen by hash. A power of two. */
export const RECENT_ONE_IN = 8;
/** Of each of these keys the first calls of a second, and beyond that one in so long: a hot key costs no more. */
const CALLS_A_SECOND = 50;
const APART_MS = 10;
const MOST_KEYS = 1_000;
const EACH = 50;

/** The last decisions of some keys, of this process. */
export class RecentDecisions {
  private readonly keys = new RecentMap<KeyDecisions>(MOST_KEYS);
  /** In a flood most calls are about the key of the call before; nothing where that one is not sampled. */
  private last = '';
  private lastKey: KeyDecisions | undefined;

  constructor(private readonly unixMs: () => number) {}

  /** Of a call: all that its policies said of a key, or nothing. */
  note(decisions: readonly PolicyDecision[], charges: readonly Charge[], isShadow: boolean): void {
    let nowMs: number | undefined;
    let isTaken = false;
    for (let i = 0; i < decisions.length; i++) {
      const { identity } = charges[i] as Charge;
      if (i === 0 || identity !== this.last) {
        const key = this.find(identity);
        isTaken = key !== undefined && key.takes((nowMs ??= this.unixMs()));
      }
      if (isTaken) this.lastKey?.add(nowMs as number, decisions[i] as PolicyDecision, isShadow);
    }
  }

  /** Newest first. */
  list(identity: string): readonly RecentRecord[] {
    return this.keys.peek(identity)?.list() ?? [];
  }

  private find(identity: string): KeyDecisions | undefined {
    if (identity !== this.last) {
      this.last = identity;
      this.lastKey = isSampled(identity, RECENT_ONE_IN) ? this.of(identity) : undefined;
    }
    return this.lastKey;
  }

  private of(identity: string): KeyDecisions {
    const known = this.keys.get(identity);
    if (known !== undefined) return known;
    const added = new KeyDecisions();
    this.keys.set(identity, added);
    return added;
  }
}

/** The last decisions of one key, in a ring. */
class KeyDecisions {
  private readonly records: RecentRecord[] = [];
  private next = 0;
  private secondEndsMs = 0;
  private calls = 0;
  private takenAtMs = 0;

  /** Whether a call that is decided now is to be written down. */
  takes(nowMs: number): boolean {
    // Where the clock was set back, the second ends as well.
    if (nowMs >= this.secondEndsMs || nowMs < this.takenAtMs) {
      this.secondEndsMs = nowMs + 1_000;
      this.calls = 0;
    }
    if (++this.calls > CALLS_A_SECOND && nowMs < this.takenAtMs + APART_MS) return false;
    this.takenAtMs = nowMs;
    return true;
  }

  add(atMs: number, decision: PolicyDecision, isShadow: boolean): void {
    const { policy, cost, remaining, limit, retryAfterMs } = decision;
    const outcome = outcomeOf(decision, isShadow);
    this.records[this.next] = { atMs, policy, outcome, cost, remaining, limit, retryAfterMs };
    this.next = (this.next + 1) % EACH;
  }

  list(): readonly RecentRecord[] {
    const { records, next } = this;
    return [...records.slice(next), ...records.slice(0, next)].reverse();
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
