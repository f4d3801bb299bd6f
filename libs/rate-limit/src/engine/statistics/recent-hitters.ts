import { type HeavyHitter, SpaceSaving } from './space-saving';

/** Two spans of time, so that who was heavy yesterday does not stay on top: the present one and the one before. */
export class RecentHitters {
  private present: SpaceSaving;
  private before: SpaceSaving | undefined;

  constructor(private readonly capacity: number) {
    this.present = new SpaceSaving(capacity);
  }

  /** @param weight For how many of any keys it stands: of this key's there was one at least. */
  add(key: string, weight: number): void {
    this.present.add(key, weight, weight - 1);
  }

  /** Begins a new span. */
  turn(): void {
    this.before = this.present;
    this.present = new SpaceSaving(this.capacity);
  }

  /** The heaviest of both spans, first the heaviest. */
  top(limit: number): readonly HeavyHitter[] {
    return mergeHitters([this.present.top(), this.before?.top() ?? []], limit);
  }
}

/** Sums of the same key. What a list left out is not in the sum, which may so be too low by that list's smallest. */
export function mergeHitters(lists: readonly (readonly HeavyHitter[])[], limit: number): readonly HeavyHitter[] {
  const sums = new Map<string, HeavyHitter>();
  for (const { key, count, error } of lists.flat()) {
    const sum = sums.get(key);
    sums.set(key, { key, count: count + (sum?.count ?? 0), error: error + (sum?.error ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count).slice(0, limit);
}
