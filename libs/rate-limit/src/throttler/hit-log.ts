/** More are folded. */
export const MOST_PAIRS = 129;

interface Pair {
  /** When these hits stop counting: milliseconds since 1970. */
  moment: number;
  count: number;
}

/**
 * The hits that count, by the moment at which each stops. Up to 128 distinct moments a window are kept exactly; above,
 * neighbours within `ttl / 128` become one at the later moment, so that a hit counts a little longer and never shorter.
 */
export class HitLog {
  hits = 0;
  private pairs: Pair[] = [];

  /** When the oldest stops counting. */
  get oldest(): number | undefined {
    return this.pairs[0]?.moment;
  }

  get latest(): number | undefined {
    return this.pairs.at(-1)?.moment;
  }

  prune(nowMs: number): void {
    let over = 0;
    for (; over < this.pairs.length && (this.pairs[over] as Pair).moment <= nowMs; over++) {
      this.hits -= (this.pairs[over] as Pair).count;
    }
    if (over > 0) this.pairs.splice(0, over);
  }

  /** Notes a hit for so long; one that stops counting at once is not noted. Returns how many count, with this one. */
  add(nowMs: number, ttlMs: number): number {
    const moment = nowMs + ttlMs;
    if (moment <= nowMs) return this.hits + 1;
    const { pairs } = this;
    let place = pairs.length;
    while (place > 0 && (pairs[place - 1] as Pair).moment > moment) place--;
    const before = pairs[place - 1];
    const isNewestOfMany = place === MOST_PAIRS && pairs.length === MOST_PAIRS;
    if (
      before !== undefined &&
      (before.moment === moment || (isNewestOfMany && sameCell(before.moment, moment, ttlMs)))
    ) {
      before.moment = moment;
      before.count++;
    } else {
      pairs.splice(place, 0, { moment, count: 1 });
      if (pairs.length > MOST_PAIRS) this.fold(ttlMs);
    }
    return ++this.hits;
  }

  private fold(ttlMs: number): void {
    const left: Pair[] = [];
    for (const pair of this.pairs) {
      const last = left.at(-1);
      if (last !== undefined && sameCell(last.moment, pair.moment, ttlMs)) {
        last.moment = pair.moment;
        last.count += pair.count;
      } else {
        left.push(pair);
      }
    }
    // Only where hits of one log had different lengths of time can all be in different cells.
    if (left.length > MOST_PAIRS) mergeNearest(left);
    this.pairs = left;
  }
}

/** Whether two moments are so near that one pair may stand for both in a full log. */
function sameCell(momentMs: number, otherMs: number, ttlMs: number): boolean {
  const cell = ttlMs / (MOST_PAIRS - 1);
  return Math.floor(momentMs / cell) === Math.floor(otherMs / cell);
}

function mergeNearest(pairs: Pair[]): void {
  let nearest = 0;
  let gap = Infinity;
  for (let i = 0; i + 1 < pairs.length; i++) {
    const between = (pairs[i + 1] as Pair).moment - (pairs[i] as Pair).moment;
    if (between < gap) [nearest, gap] = [i, between];
  }
  (pairs[nearest + 1] as Pair).count += (pairs[nearest] as Pair).count;
  pairs.splice(nearest, 1);
}
