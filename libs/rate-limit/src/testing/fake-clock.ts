import type { Clock } from '../core/clock';
import { ticksFromMs, ticksFromUnixMs } from '../core/ticks';

/** A clock that stands still until it is told to move: time in tests is then exact to the tick. */
export class FakeClock implements Clock {
  private ticks: number;

  /** Starts at a date; without one, at 2026-01-01T00:00:00Z. */
  constructor(start: Date | string = '2026-01-01T00:00:00Z') {
    this.ticks = ticksFromUnixMs(new Date(start).getTime());
  }

  nowTicks(): number {
    return this.ticks;
  }

  /** Sets the time: a date, or a tick (see `TICKS_PER_MS`). It may lie in the past. */
  set(time: Date | number): void {
    this.ticks = typeof time === 'number' ? time : ticksFromUnixMs(time.getTime());
  }

  /** Lets milliseconds pass; less than 0 steps back. */
  advance(ms: number): void {
    this.advanceTicks(ticksFromMs(ms));
  }

  advanceTicks(ticks: number): void {
    this.ticks += ticks;
  }
}
