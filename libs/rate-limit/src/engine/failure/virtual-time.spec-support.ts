import type { Clock } from '../../core/clock';
import { TICKS_PER_MS } from '../../core/ticks';
import type { Timers } from './timers';

const START_TICKS = 252_288_000_000_000;

/** Time that passes only as it is told to, with what is to happen in it. */
export class VirtualTime implements Clock, Timers {
  private ms = 0;
  private events: { readonly atMs: number; readonly happen: () => void }[] = [];

  nowMs = () => this.ms;
  nowTicks = () => START_TICKS + this.ms * TICKS_PER_MS;
  afterReading = (happen: () => void): void => {
    this.after(0, happen);
  };

  after(ms: number, happen: () => void): void {
    this.events.push({ atMs: this.ms + ms, happen });
    this.events.sort((a, b) => a.atMs - b.atMs);
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.ms + ms;
    await settle();
    for (let event = this.events[0]; event !== undefined && event.atMs <= untilMs; event = this.events[0]) {
      this.events.shift();
      this.ms = event.atMs;
      event.happen();
      await settle();
    }
    this.ms = untilMs;
  }
}

/** Lets promises that are kept come to everybody who waits for them. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve();
}
