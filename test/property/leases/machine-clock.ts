import { TICKS_PER_MS } from 'nest-floodgate/testing';
import type { Timers } from '../../../libs/rate-limit/src/engine/failure/timers';
import type { Timeline } from './timeline';

/** The clocks of one machine: a monotonic one of its own pace, which stands while it sleeps, and one on the wall. */
export class MachineClock implements Timers {
  private sleptTicks = 0;
  private sleepsUntil = 0;
  private wallStepMs = 0;

  constructor(
    private readonly timeline: Timeline,
    private readonly pace: number,
  ) {}

  readonly nowMs = (): number => ((this.timeline.now - this.sleptTicks) / TICKS_PER_MS) * this.pace;

  readonly unixMs = (): number => (this.timeline.now / TICKS_PER_MS) * this.pace + this.wallStepMs;

  after(ms: number, callback: () => void): void {
    this.ring(this.nowMs() + ms, callback);
  }

  afterReading(callback: () => void): void {
    this.after(0, callback);
  }

  sleep(ticks: number): void {
    this.sleptTicks += ticks;
    this.sleepsUntil = Math.max(this.sleepsUntil, this.timeline.now + ticks);
  }

  stepWall(ms: number): void {
    this.wallStepMs += ms;
  }

  /** Runs at this tick, or when the machine is awake again. */
  whenAwake(tick: number, run: () => void): void {
    this.timeline.at(tick, () => {
      if (this.timeline.now < this.sleepsUntil) this.whenAwake(this.sleepsUntil, run);
      else run();
    });
  }

  get isAsleep(): boolean {
    return this.timeline.now < this.sleepsUntil;
  }

  private ring(dueMs: number, callback: () => void): void {
    const inTicks = ((dueMs - this.nowMs()) / this.pace) * TICKS_PER_MS;
    this.whenAwake(this.timeline.now + Math.max(1, inTicks), () => {
      if (this.nowMs() < dueMs) this.ring(dueMs, callback);
      else callback();
    });
  }
}
