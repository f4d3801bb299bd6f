import type { ThrottlerStorageRecord } from './throttler-storage';
import { HitLog } from './hit-log';
import type { ThrottleHit } from './throttle-hit';

/**
 * What is known of one key, as the memory storage of @nestjs/throttler 6.7 keeps it: a log for each throttler, a window
 * that is only told, and a block. While it is blocked nothing is counted; the first hit after a block starts anew.
 *
 * lua/throttle.lua is the same for Redis. Times are milliseconds since 1970.
 */
export class ThrottleRecord {
  /** The end of the window that `timeToExpire` tells. */
  private ends: number;
  private blockEnds: number | undefined;
  private readonly logs = new Map<string, HitLog>();

  constructor(nowMs: number) {
    this.ends = nowMs;
  }

  /** Whether a hit would be refused. */
  refuses(hit: ThrottleHit, nowMs: number): boolean {
    const { hits } = this.logOf(hit.throttlerName, nowMs);
    if (hit.blockDuration <= 0) return hits >= hit.limit;
    if (this.blockEnds === undefined) return hits + 1 > hit.limit;
    // The hit that ends a block is the first of its window; a limit below 1 admits not even that.
    return this.blockEnds > nowMs || hit.limit < 1;
  }

  /** Counts a hit, or refuses it. */
  count(hit: ThrottleHit, nowMs: number): ThrottlerStorageRecord {
    const isBlocked = this.refuses(hit, nowMs);
    if (this.ends <= nowMs) this.ends = nowMs + hit.ttl;
    return hit.blockDuration <= 0
      ? this.countWithoutBlock(hit, isBlocked, nowMs)
      : this.countOrBlock(hit, isBlocked, nowMs);
  }

  /** What is there for a hit that is not counted because another of its group is refused. */
  uncounted(hit: ThrottleHit, nowMs: number): ThrottlerStorageRecord {
    const ends = this.ends > nowMs ? this.ends : nowMs + hit.ttl;
    return {
      totalHits: this.logOf(hit.throttlerName, nowMs).hits,
      timeToExpire: secondsUntil(ends, nowMs),
      isBlocked: false,
      timeToBlockExpire: 0,
    };
  }

  /** Of what is over nothing matters, neither that it was blocked, whether it was swept or not. */
  renewIfOver(nowMs: number): void {
    if (this.blockEnds === undefined || this.overAtMs > nowMs) return;
    this.blockEnds = undefined;
    this.logs.clear();
  }

  /** When nothing in it matters any more. */
  get overAtMs(): number {
    let overAtMs = Math.max(this.ends, this.blockEnds ?? 0);
    for (const { latest = 0 } of this.logs.values()) overAtMs = Math.max(overAtMs, latest);
    return overAtMs;
  }

  private countWithoutBlock(hit: ThrottleHit, isBlocked: boolean, nowMs: number): ThrottlerStorageRecord {
    const log = this.logOf(hit.throttlerName, nowMs);
    const totalHits = isBlocked ? log.hits + 1 : log.add(nowMs, hit.ttl);
    return {
      totalHits,
      timeToExpire: secondsUntil(this.ends, nowMs),
      isBlocked,
      timeToBlockExpire: isBlocked ? secondsUntil(log.oldest ?? this.ends, nowMs) : 0,
    };
  }

  private countOrBlock(hit: ThrottleHit, isBlocked: boolean, nowMs: number): ThrottlerStorageRecord {
    if (this.blockEnds !== undefined && this.blockEnds <= nowMs) {
      this.blockEnds = undefined;
      this.logs.delete(hit.throttlerName);
    }
    const log = this.logOf(hit.throttlerName, nowMs);
    let totalHits = log.hits;
    if (this.blockEnds === undefined) {
      totalHits = log.add(nowMs, hit.ttl);
      if (isBlocked) this.blockEnds = nowMs + hit.blockDuration;
    }
    return {
      totalHits,
      timeToExpire: secondsUntil(this.ends, nowMs),
      isBlocked,
      timeToBlockExpire: isBlocked ? secondsUntil(this.blockEnds ?? 0, nowMs) : 0,
    };
  }

  private logOf(name: string, nowMs: number): HitLog {
    const known = this.logs.get(name);
    if (known !== undefined) {
      known.prune(nowMs);
      return known;
    }
    const log = new HitLog();
    this.logs.set(name, log);
    return log;
  }
}

function secondsUntil(momentMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((momentMs - nowMs) / 1000));
}
