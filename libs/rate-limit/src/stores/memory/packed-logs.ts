import type { SlidingWindowState } from '../../core/algorithms/sliding-window';
import type { SlidingWindowQuota } from '../../core/quota';
import type { Verdict } from '../../core/store';
import { usualDecision } from './packed-decision';
import { isRightFor, LogPage, PackedLog } from './packed-log';
import { decideInPlace } from './packed-window';

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

  /** The units of a log, with those of pairs that are over and still lie in it. */
  unitsAt(place: number): number {
    const page = this.pages[place >>> PLACE_BITS] as LogPage;
    return page.numbers[page.ringOf(place & PLACE_MASK) - 1] as number;
  }

  /** The whole decision on a call for the log of a place; `undefined` where it is to be made step by step. */
  decide(place: number, quota: SlidingWindowQuota, cost: number, now: number): Verdict | undefined {
    const page = this.pages[place >>> PLACE_BITS] as LogPage;
    return (
      usualDecision(page, place & PLACE_MASK, quota, cost, now) ??
      decideInPlace(new PackedLog(page, place & PLACE_MASK), quota, cost, now)
    );
  }

  /** Keeps a log. Returns its place, to be given up by `free`. */
  add(log: SlidingWindowState): number {
    const capacity = CAPACITIES.findIndex((room) => 2 * room >= log.length);
    const room = this.rooms[capacity] as Room;
    const place = room.free.pop() ?? this.newPlace(room, CAPACITIES[capacity] as number);
    this.at(place).replace(log);
    return place;
  }

  /** Replaces a log. Returns its place, which may be another. */
  replace(place: number, log: SlidingWindowState): number {
    const { capacity } = this.pages[place >>> PLACE_BITS] as LogPage;
    if (isRightFor(capacity, log.length / 2)) {
      this.at(place).replace(log);
      return place;
    }
    this.free(place);
    return this.add(log);
  }

  free(place: number): void {
    const { capacity } = this.pages[place >>> PLACE_BITS] as LogPage;
    (this.rooms[CAPACITIES.indexOf(capacity)] as Room).free.push(place);
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
