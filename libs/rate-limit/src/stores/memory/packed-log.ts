import type { SlidingWindowState } from '../../core/algorithms/sliding-window';

/** A sliding window's log as it lies in a page, to be read and changed there. */
export class PackedLog {
  /** Index of the first pair. Before it lie the number of pairs and the sum of their units. */
  readonly from: number;
  /** Index after the last pair. */
  to: number;
  readonly numbers: Float64Array;

  constructor(
    readonly page: LogPage,
    place: number,
  ) {
    this.numbers = page.numbers;
    this.from = place * page.stride + HEADER;
    this.to = this.from + 2 * (this.numbers[this.from - 2] as number);
  }

  get units(): number {
    return this.numbers[this.from - 1] as number;
  }

  /** The same by itself, as the algorithm knows it. */
  copy(): SlidingWindowState {
    return Array.from(this.numbers.subarray(this.from, this.to));
  }
}

/** The number of pairs, and the sum of their units. */
const HEADER = 2;

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
}

/** Pairs that logs have room for: each more than one and a half times the one before; a log of precision 10 has 11. */
const CAPACITIES = [1, 2, 4, 7, 11, 17, 26, 40, 61, 92, 129];
/** Of a place: the lower bits. The others say which page. */
const PLACE_BITS = 8;
const PLACE_MASK = (1 << PLACE_BITS) - 1;
/** So many places has the first page of a capacity; each one has twice as many as the one before, up to 256. */
const FIRST_PLACES = 4;

/** The places for logs of one capacity. */
interface Room {
  readonly free: number[];
  newest: { readonly index: number; readonly page: LogPage; used: number } | undefined;
}

/** Where logs of different lengths are kept. A log that has outgrown its place, or needs far less, gets another. */
export class PackedLogs {
  private readonly pages: LogPage[] = [];
  private readonly rooms: readonly Room[] = CAPACITIES.map(() => ({ free: [], newest: undefined }));

  at(place: number): PackedLog {
    return new PackedLog(this.pages[place >>> PLACE_BITS] as LogPage, place & PLACE_MASK);
  }

  /** Keeps a log. Returns its place, to be given up by `free`. */
  add(log: SlidingWindowState): number {
    const capacity = CAPACITIES.findIndex((room) => 2 * room >= log.length);
    const room = this.rooms[capacity] as Room;
    const place = room.free.pop() ?? this.newPlace(room, CAPACITIES[capacity] as number);
    this.write(place, log);
    return place;
  }

  /** Replaces a log. Returns its place, which may be another. */
  replace(place: number, log: SlidingWindowState): number {
    const { capacity } = this.pages[place >>> PLACE_BITS] as LogPage;
    if (isRightFor(capacity, log.length / 2)) {
      this.write(place, log);
      return place;
    }
    this.free(place);
    return this.add(log);
  }

  free(place: number): void {
    const { capacity } = this.pages[place >>> PLACE_BITS] as LogPage;
    (this.rooms[CAPACITIES.indexOf(capacity)] as Room).free.push(place);
  }

  private write(place: number, log: SlidingWindowState): void {
    const { numbers, from } = this.at(place);
    let units = 0;
    for (let i = 1; i < log.length; i += 2) units += log[i] as number;
    numbers[from - 2] = log.length / 2;
    numbers[from - 1] = units;
    numbers.set(log, from);
  }

  private newPlace(room: Room, capacity: number): number {
    if (room.newest === undefined || room.newest.used === room.newest.page.places) {
      const places = Math.min(1 << PLACE_BITS, 2 * (room.newest?.page.places ?? FIRST_PLACES / 2));
      const page = new LogPage(capacity, places);
      room.newest = { index: this.pages.push(page) - 1, page, used: 0 };
    }
    const { newest } = room;
    // Not shifted, which would end at 2^31: pages of four places are many before there are large ones.
    return newest.index * (PLACE_MASK + 1) + newest.used++;
  }
}

/** Whether a log of so many pairs fits, and does not waste more than half. */
export function isRightFor(capacity: number, pairs: number): boolean {
  return pairs <= capacity && (2 * pairs > capacity || capacity <= 2);
}
