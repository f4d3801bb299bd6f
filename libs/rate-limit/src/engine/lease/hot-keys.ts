import type { Charge } from '../../core/store';
import { HotKey } from './hot-key';

/** A key that was not asked for in one to two of these is forgotten. */
const GENERATION_MS = 1_000;
/** Kinds of calls of one identity that are told apart: their policies, or their limits. */
const MOST_KINDS = 8;

/**
 * The keys of the last second or two, at most `most`, to know which of them are hot. Leases of a key that is forgotten
 * live to their end elsewhere.
 */
export class HotKeys {
  private young = new Map<string, HotKey>();
  private old = new Map<string, HotKey>();
  private bornMs: number;

  constructor(
    private readonly most: number,
    private readonly firstCalls: number,
    nowMs: number,
  ) {
    this.bornMs = nowMs;
  }

  find(charges: readonly Charge[]): HotKey | undefined {
    const { identity } = charges[0] as Charge;
    let key = this.young.get(identity) ?? this.old.get(identity);
    while (key !== undefined && !key.isFor(charges)) key = key.next;
    return key;
  }

  /** The key of these charges, and from now on known; `undefined` where its calls cannot be leased. */
  note(charges: readonly Charge[], nowMs: number): HotKey | undefined {
    const { identity } = charges[0] as Charge;
    const first = this.youngest(identity, nowMs);
    let kinds = 0;
    for (let key = first; key !== undefined; key = key.next) {
      if (key.isFor(charges)) return key;
      kinds++;
    }
    if (kinds >= MOST_KINDS || !HotKey.fits(charges)) return undefined;
    const key = new HotKey(charges, this.firstCalls, nowMs);
    key.next = first;
    this.young.set(identity, key);
    return key;
  }

  /** The keys of an identity. */
  of(identity: string): readonly HotKey[] {
    const keys: HotKey[] = [];
    for (let key = this.young.get(identity) ?? this.old.get(identity); key !== undefined; key = key.next)
      keys.push(key);
    return keys;
  }

  private youngest(identity: string, nowMs: number): HotKey | undefined {
    const young = this.young.get(identity);
    if (young !== undefined) return young;
    if (nowMs - this.bornMs >= GENERATION_MS || this.young.size >= this.most / 2) {
      this.old = this.young;
      this.young = new Map();
      this.bornMs = nowMs;
    }
    const old = this.old.get(identity);
    if (old !== undefined) this.young.set(identity, old);
    return old;
  }
}
