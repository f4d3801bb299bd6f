import type { SlidingWindowState } from '../../core/algorithms/sliding-window';
import type { Quota, SlidingWindowQuota } from '../../core/quota';
import type { Verdict } from '../../core/store';
import { decideInPlace } from './log-decision';
import { isRightFor, LogPage } from './log-page';
import type { StateColumn } from './state-column';

/** Pairs that logs have room for: each more than one and a half times the one before; a log of precision 10 has 11. */
const CAPACITIES = [1, 2, 4, 7, 11, 17, 26, 40, 61, 92, 129];
/** The place in a page: the lower bits of a slot. The others say which page. */
const PLACE_BITS = 8;
const PLACE_MASK = (1 << PLACE_BITS) - 1;
/** So many places has the first page of a capacity; each one has twice as many as the one before, up to 256. */
const FIRST_PLACES = 4;

/** The slots for logs of one capacity. */
interface Room {
  readonly free: number[];
  newest: { readonly index: number; readonly page: LogPage; used: number } | undefined;
}

/** Of sliding windows: logs of different lengths. One that has outgrown its place, or needs far less, gets another. */
export class LogColumn implements StateColumn {
  private readonly pages: LogPage[] = [];
  private readonly rooms: readonly Room[] = CAPACITIES.map(() => ({ free: [], newest: undefined }));

  add(log: SlidingWindowState): number {
    const capacity = CAPACITIES.findIndex((pairs) => 2 * pairs >= log.length);
    const room = this.rooms[capacity] as Room;
    const slot = room.free.pop() ?? this.newSlot(room, CAPACITIES[capacity] as number);
    this.pageOf(slot).write(slot & PLACE_MASK, log);
    return slot;
  }

  get(slot: number): SlidingWindowState {
    return this.pageOf(slot).read(slot & PLACE_MASK);
  }

  set(slot: number, log: SlidingWindowState): number {
    const page = this.pageOf(slot);
    if (isRightFor(page.capacity, log.length / 2)) {
      page.write(slot & PLACE_MASK, log);
      return slot;
    }
    this.drop(slot);
    return this.add(log);
  }

  drop(slot: number): void {
    const { capacity } = this.pageOf(slot);
    (this.rooms[CAPACITIES.indexOf(capacity)] as Room).free.push(slot);
  }

  decide(slot: number, quota: Quota, cost: number, now: number): Verdict | undefined {
    return decideInPlace(this.pageOf(slot), slot & PLACE_MASK, quota as SlidingWindowQuota, cost, now);
  }

  fullAt(slot: number, quota: Quota): number {
    return this.pageOf(slot).newestAt(slot & PLACE_MASK) + quota.perTicks;
  }

  fits(slot: number, quota: Quota, cost: number): boolean {
    return this.pageOf(slot).unitsAt(slot & PLACE_MASK) + cost <= quota.limit;
  }

  private pageOf(slot: number): LogPage {
    return this.pages[slot >>> PLACE_BITS] as LogPage;
  }

  private newSlot(room: Room, capacity: number): number {
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
