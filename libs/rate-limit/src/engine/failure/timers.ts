/** What deadlines are measured by. */
export interface Timers {
  /** Milliseconds of a clock that never steps. */
  nowMs(): number;
  /** Calls back once, in whole milliseconds, without keeping the process alive. */
  after(ms: number, callback: () => void): void;
  /** Calls back once what has already arrived at this process has been read. */
  afterReading(callback: () => void): void;
}

export const systemTimers: Timers = {
  nowMs: () => performance.now(),
  after(ms, callback) {
    setTimeout(callback, ms).unref();
  },
  afterReading(callback) {
    setImmediate(callback);
  },
};
