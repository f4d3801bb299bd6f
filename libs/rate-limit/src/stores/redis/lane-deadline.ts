/**
 * One timer for all that a lane waits for. It goes by the oldest and is set anew only when it has fired: a busy lane
 * starts about one timer each deadline, not one each decision.
 */
export class LaneDeadline {
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;

  constructor(
    private readonly deadlineMs: number,
    private readonly nowMs: () => number,
    /** Called when something may be due. Is to call `watch` again where there is more to wait for. */
    private readonly onDue: () => void,
  ) {}

  /** Watches over something that waits since then. What is younger than that need not be told. */
  watch(sinceMs: number): void {
    if (this.timer !== undefined) return;
    const restMs = sinceMs + this.deadlineMs - this.nowMs();
    this.timer = setTimeout(this.fired, Math.max(1, Math.ceil(restMs))).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = undefined;
  }

  private readonly fired = (): void => {
    // Replies that came in while this process was busy are read before anybody is told that there were none.
    this.immediate = setImmediate(() => {
      this.timer = undefined;
      this.onDue();
    });
  };
}
