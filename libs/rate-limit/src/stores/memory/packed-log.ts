import type { SlidingWindowState } from '../../core/algorithms/sliding-window';

/**
 * A sliding window's log as it lies in a page, to be read and changed there. Its pairs lie in a ring: the oldest leaves,
 * and a new one comes, without any other being moved.
 */
export class PackedLog {
  readonly numbers: Float64Array;
  /** Pairs that there is room for. */
  readonly room: number;
  /** Pairs that there are. */
  count: number;
  /** The sum of their units. */
  units: number;
  /** Index of the ring. */
  private readonly base: number;
  /** Index of the oldest pair. */
  private oldest: number;

  constructor(page: LogPage, place: number) {
    this.numbers = page.numbers;
    this.room = page.capacity;
    this.base = page.ringOf(place);
    const span = this.numbers[this.base - 2] as number;
    this.count = span & COUNT_MASK;
    this.oldest = this.base + 2 * (span >> COUNT_BITS);
    this.units = this.numbers[this.base - 1] as number;
  }

  /** Where a pair is, the oldest being number 0: the index of its instant, with its units behind it. */
  indexOf(pair: number): number {
    return wrapped(this.oldest + 2 * pair, this.base + 2 * this.room, 2 * this.room);
  }

  instantOf(pair: number): number {
    return this.numbers[this.indexOf(pair)] as number;
  }

  unitsOf(pair: number): number {
    return this.numbers[this.indexOf(pair) + 1] as number;
  }

  /** Takes the oldest pairs away. To be saved. */
  dropOldest(pairs: number): void {
    this.oldest = this.indexOf(pairs);
    this.count -= pairs;
  }

  /** Puts a pair behind the newest, where there is room. To be saved. */
  add(instant: number, units: number): void {
    const index = this.indexOf(this.count++);
    this.numbers[index] = instant;
    this.numbers[index + 1] = units;
  }

  /** Writes down where the pairs are, and the sum of their units. */
  save(units: number): void {
    this.units = units;
    this.numbers[this.base - 2] = spanOf(this.oldest - this.base, this.count);
    this.numbers[this.base - 1] = units;
  }

  /** The same by itself, as the algorithm knows it. */
  copy(): SlidingWindowState {
    const log = new Array<number>(2 * this.count);
    for (let pair = 0; pair < this.count; pair++) {
      log[2 * pair] = this.instantOf(pair);
      log[2 * pair + 1] = this.unitsOf(pair);
    }
    return log;
  }

  /** What the algorithm made of it, where it has room for that. */
  replace(log: SlidingWindowState): void {
    this.oldest = this.base;
    this.count = log.length / 2;
    this.numbers.set(log, this.base);
    let units = 0;
    for (let i = 1; i < log.length; i += 2) units += log[i] as number;
    this.save(units);
  }
}

/** Before a ring lie its span, which says where its pairs are, and the sum of their units. */
const HEADER = 2;
/** Of a span: the lower bits are the number of pairs, the others the place of the oldest in the ring. */
export const COUNT_BITS = 8;
export const COUNT_MASK = (1 << COUNT_BITS) - 1;

/** @param oldest Index of the oldest pair from the beginning of the ring. */
function spanOf(oldest: number, count: number): number {
  return ((oldest / 2) << COUNT_BITS) + count;
}

/** An index of a ring that ends at `end`, and may have gone beyond that. */
function wrapped(index: number, end: number, length: number): number {
  return index < end ? index : index - length;
}

/** Logs of the same room, side by side. */
export class LogPage {
  readonly stride: number;
  readonly numbers: Float64Array;

  /** @param capacity Pairs that each log has room for. */
  constructor(
    readonly capacity: number,
    readonly places: number,
  ) {
    this.stride = HEADER + 2 * capacity;
    this.numbers = new Float64Array(this.stride * places);
  }

  /** Index of the ring of a place. */
  ringOf(place: number): number {
    return place * this.stride + HEADER;
  }
}

/** Whether a log of so many pairs fits, and does not waste more than half. */
export function isRightFor(capacity: number, pairs: number): boolean {
  return pairs <= capacity && (2 * pairs > capacity || capacity <= 2);
}
