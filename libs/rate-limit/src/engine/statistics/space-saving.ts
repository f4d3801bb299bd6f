/**
 * A key that stands out, and how far its count can be too high: the true one is `count - error` or more. It is at most
 * `count` where every add was counted.
 */
export interface HeavyHitter {
  readonly key: string;
  readonly count: number;
  readonly error: number;
}

/**
 * The heaviest of any number of keys in a fixed space (Space-Saving: Metwally, Agrawal, El Abbadi 2005). Every key with
 * more than `total / capacity` is among them, and no count of exact weights is too high by more than that. The counts
 * lie in a binary heap with the smallest on top, which makes room for a key that is new.
 */
export class SpaceSaving {
  private readonly slots = new Map<string, number>();
  private readonly keys: string[] = [];
  private readonly counts: Float64Array;
  private readonly errors: Float64Array;
  /** Slots in heap order, and where in it each slot stands. */
  private readonly heap: Uint16Array;
  private readonly places: Uint16Array;
  /** Everything that was added. */
  total = 0;

  /** @param capacity Up to 65,535. */
  constructor(private readonly capacity: number) {
    this.counts = new Float64Array(capacity);
    this.errors = new Float64Array(capacity);
    this.heap = new Uint16Array(capacity);
    this.places = new Uint16Array(capacity);
  }

  /** @param excess By how much the weight may be too high. */
  add(key: string, weight = 1, excess = 0): void {
    this.total += weight;
    let slot = this.slots.get(key);
    if (slot !== undefined) this.grow(slot, weight);
    else if (this.keys.length < this.capacity) slot = this.append(key, weight);
    else slot = this.replaceSmallest(key, weight);
    this.errors[slot] = (this.errors[slot] as number) + excess;
  }

  /** The heaviest first. */
  top(limit = this.capacity): readonly HeavyHitter[] {
    const hitters = this.keys.map((key, slot) => ({
      key,
      count: this.counts[slot] as number,
      error: this.errors[slot] as number,
    }));
    return hitters.sort((a, b) => b.count - a.count).slice(0, limit);
  }

  private append(key: string, weight: number): number {
    const slot = this.keys.push(key) - 1;
    this.slots.set(key, slot);
    this.counts[slot] = weight;
    this.put(slot, slot);
    this.rise(slot);
    return slot;
  }

  private replaceSmallest(key: string, weight: number): number {
    const slot = this.heap[0] as number;
    this.slots.delete(this.keys[slot] as string);
    this.slots.set(key, slot);
    this.keys[slot] = key;
    this.errors[slot] = this.counts[slot] as number;
    this.grow(slot, weight);
    return slot;
  }

  private grow(slot: number, weight: number): void {
    this.counts[slot] = (this.counts[slot] as number) + weight;
    this.sink(slot);
  }

  private rise(slot: number): void {
    let place = this.places[slot] as number;
    while (place > 0) {
      const above = this.heap[(place - 1) >> 1] as number;
      if ((this.counts[above] as number) <= (this.counts[slot] as number)) break;
      this.put(above, place);
      place = (place - 1) >> 1;
    }
    this.put(slot, place);
  }

  private sink(slot: number): void {
    const size = this.keys.length;
    const count = this.counts[slot] as number;
    let place = this.places[slot] as number;
    for (let below = 2 * place + 1; below < size; below = 2 * place + 1) {
      if (below + 1 < size && this.countAt(below + 1) < this.countAt(below)) below++;
      if (this.countAt(below) >= count) break;
      this.put(this.heap[below] as number, place);
      place = below;
    }
    this.put(slot, place);
  }

  private countAt(place: number): number {
    return this.counts[this.heap[place] as number] as number;
  }

  private put(slot: number, place: number): void {
    this.heap[place] = slot;
    this.places[slot] = place;
  }
}
