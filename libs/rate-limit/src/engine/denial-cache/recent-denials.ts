import type { Charge } from '../../core/store';
import { MEMORY_MS, type RememberedDenial } from './remembered-denial';

/**
 * The denials of the last second or two, in two generations: when the younger is a second old or holds half of what is
 * allowed, it becomes the older, and that one is dropped. Nothing has to be looked through, and no timer runs.
 */
export class RecentDenials {
  private younger = new Map<string, RememberedDenial>();
  private older = new Map<string, RememberedDenial>();
  private youngest = 0;
  private sinceMs = 0;

  /** @param most How many denials are remembered at most. */
  constructor(private readonly most: number) {}

  get isEmpty(): boolean {
    return this.younger.size === 0 && this.older.size === 0;
  }

  find(charges: readonly Charge[], nowMs: number): RememberedDenial | undefined {
    this.age(nowMs);
    const key = keyOf(charges);
    return about(this.younger.get(key), charges) ?? about(this.older.get(key), charges);
  }

  remember(charges: readonly Charge[], denial: RememberedDenial, nowMs: number): void {
    this.age(nowMs);
    if (this.youngest >= this.most / 2) this.turn(nowMs);
    const key = keyOf(charges);
    const others = this.younger.get(key);
    const isNew = about(others, charges) === undefined;
    if (isNew) this.youngest++;
    denial.next = isNew ? others : without(others, charges);
    this.younger.set(key, denial);
  }

  /** What is remembered of these very buckets. */
  forget(charges: readonly Charge[]): void {
    const key = keyOf(charges);
    for (const generation of [this.younger, this.older]) {
      const kept = without(generation.get(key), charges);
      if (kept === undefined) generation.delete(key);
      else generation.set(key, kept);
    }
  }

  /** What is remembered of calls whose charges are all of this identity. */
  forgetIdentity(identity: string): void {
    this.younger.delete(identity);
    this.older.delete(identity);
  }

  clear(): void {
    this.younger.clear();
    this.older.clear();
  }

  private age(nowMs: number): void {
    const ageMs = nowMs - this.sinceMs;
    if (ageMs < MEMORY_MS) return;
    if (ageMs >= 2 * MEMORY_MS) this.younger.clear();
    this.turn(nowMs);
  }

  private turn(nowMs: number): void {
    this.older = this.younger;
    this.younger = new Map();
    this.youngest = 0;
    this.sinceMs = nowMs;
  }
}

/** Mostly one identity, whatever the number of charges. */
function keyOf(charges: readonly Charge[]): string {
  const first = charges[0]?.identity ?? '';
  for (let i = 1; i < charges.length; i++) {
    if ((charges[i] as Charge).identity !== first) return charges.map(({ identity }) => identity).join('\n');
  }
  return first;
}

/** Of the denials of one key, which differ in their buckets. */
function about(first: RememberedDenial | undefined, charges: readonly Charge[]): RememberedDenial | undefined {
  let denial = first;
  while (denial !== undefined && !denial.isAbout(charges)) denial = denial.next;
  return denial;
}

function without(first: RememberedDenial | undefined, charges: readonly Charge[]): RememberedDenial | undefined {
  let before: RememberedDenial | undefined;
  for (let denial = first; denial !== undefined; before = denial, denial = denial.next) {
    if (!denial.isAbout(charges)) continue;
    if (before === undefined) return denial.next;
    before.next = denial.next;
    return first;
  }
  return first;
}
