import type { SlidingWindowState } from '../../core/algorithms/sliding-window';

/**
 * Logs of sliding windows with the same room, side by side. Of each lie there: the number of its pairs, the sum of their
 * units, the newest pair, and then the others, oldest first. What most decisions need and change comes first, within a
 * line of the processor's cache.
 */
export class LogPage {
  readonly numbers: Float64Array;
  private readonly stride: number;

  /** @param capacity Pairs that each log has room for. */
  constructor(
    readonly capacity: number,
    readonly places: number,
  ) {
    this.stride = OLDER + 2 * (capacity - 1);
    this.numbers = new Float64Array(this.stride * places);
  }

  /** Index of the log of a place. */
  indexOf(place: number): number {
    return place * this.stride;
  }

  newestAt(place: number): number {
    return this.numbers[this.indexOf(place) + NEWEST] as number;
  }

  /** The units of a log, with those of pairs that are over and still lie in it. */
  unitsAt(place: number): number {
    return this.numbers[this.indexOf(place) + UNITS] as number;
  }

  /** The log of a place by itself, as the algorithm knows it. */
  read(place: number): SlidingWindowState {
    const { numbers } = this;
    const base = this.indexOf(place);
    const log = new Array<number>(2 * (numbers[base + COUNT] as number));
    const newest = log.length - 2;
    for (let i = 0; i < newest; i++) log[i] = numbers[base + OLDER + i] as number;
    log[newest] = numbers[base + NEWEST] as number;
    log[newest + 1] = numbers[base + NEWEST + 1] as number;
    return log;
  }

  /** Keeps a log in a place, where it has room. */
  write(place: number, log: SlidingWindowState): void {
    const { numbers } = this;
    const base = this.indexOf(place);
    const newest = log.length - 2;
    let units = log[newest + 1] as number;
    for (let i = 0; i < newest; i += 2) {
      numbers[base + OLDER + i] = log[i] as number;
      numbers[base + OLDER + i + 1] = log[i + 1] as number;
      units += log[i + 1] as number;
    }
    numbers[base + COUNT] = log.length / 2;
    numbers[base + UNITS] = units;
    numbers[base + NEWEST] = log[newest] as number;
    numbers[base + NEWEST + 1] = log[newest + 1] as number;
  }
}

/** Where the parts of a log are, from its index. */
export const COUNT = 0;
export const UNITS = 1;
export const NEWEST = 2;
export const OLDER = 4;

/** Whether a log of so many pairs fits, and does not waste more than half. */
export function isRightFor(capacity: number, pairs: number): boolean {
  return pairs <= capacity && (2 * pairs > capacity || capacity <= 2);
}
