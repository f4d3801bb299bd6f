import type { Timers } from '../failure/timers';
import { WakeUp } from './wake-up';

/** Timers that run as much too early as a turn has lasted in which they are set. */
class EarlyTimers implements Timers {
  readonly rung: number[] = [];
  now = 0;
  turnMs = 0;
  private readonly set: { dueMs: number; callback: () => void }[] = [];

  nowMs(): number {
    return this.now;
  }

  after(ms: number, callback: () => void): void {
    this.set.push({ dueMs: this.now - this.turnMs + ms, callback });
  }

  afterReading(callback: () => void): void {
    callback();
  }

  /** Lets so much time pass. */
  pass(ms: number): void {
    const endMs = this.now + ms;
    for (;;) {
      this.set.sort((a, b) => a.dueMs - b.dueMs);
      if (this.set.length === 0 || this.set[0]!.dueMs > endMs) break;
      const { dueMs, callback } = this.set.shift()!;
      this.now = Math.max(this.now, dueMs);
      callback();
    }
    this.now = endMs;
  }
}

let timers: EarlyTimers;
let wakeUp: WakeUp;
beforeEach(() => {
  timers = new EarlyTimers();
  wakeUp = new WakeUp(timers, () => timers.rung.push(timers.now));
});

it('rings once, at the earliest of the instants', () => {
  wakeUp.at(80);
  wakeUp.at(50);
  wakeUp.at(60);
  timers.pass(200);
  expect(timers.rung).toEqual([50]);
});

it('rings again for an instant that it is told of afterwards', () => {
  wakeUp.at(50);
  timers.pass(50);
  wakeUp.at(90);
  timers.pass(50);
  expect(timers.rung).toEqual([50, 90]);
});

it('does in one go what comes close together', () => {
  wakeUp.at(50);
  timers.pass(50);
  wakeUp.at(51);
  timers.pass(10);
  expect(timers.rung).toEqual([50, 55]);
});

it('is neither early nor forgets when a timer is early', () => {
  timers.turnMs = 7;
  wakeUp.at(50);
  timers.turnMs = 0;
  timers.pass(44);
  expect(timers.rung).toEqual([]);
  timers.pass(100);
  expect(timers.rung).toEqual([50]);
});
