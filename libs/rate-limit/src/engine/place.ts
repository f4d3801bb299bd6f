import { onAbort } from './on-abort';

/** The longest a timer of this runtime can run. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A place in a line: who has it rests until there may be something to do, or until the wait is ended. */
export class Place {
  private ending: { readonly reason: Error } | undefined;
  private endRest: (isWoken: boolean) => void = noop;
  private readonly stopListening: () => void;

  constructor(signal: AbortSignal | undefined) {
    const abort = (): void => {
      this.end(signal?.reason as Error);
    };
    this.stopListening = signal === undefined ? noop : onAbort(signal, abort);
  }

  /**
   * Rests until that reading of `performance.now`, in steps that a timer can take and for one turn of the event loop at
   * least, in which a line whose store answers at once moves up. `true` where it was woken before. Rejects with the
   * reason where the wait is ended.
   */
  rest(untilMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      this.endRest = (isWoken) => {
        clearTimeout(timer);
        this.endRest = noop;
        if (this.ending === undefined) resolve(isWoken);
        else reject(this.ending.reason);
      };
      const sleep = (): void => {
        timer = setTimeout(
          () => {
            if (performance.now() < untilMs) sleep();
            else this.endRest(false);
          },
          Math.min(Math.max(0, untilMs - performance.now()), MAX_TIMER_MS),
        );
      };
      if (this.ending === undefined) sleep();
      else this.endRest(false);
    });
  }

  wake(): void {
    this.endRest(true);
  }

  /** Ends the wait, now or when it comes to rest next. */
  end(reason: Error): void {
    this.ending ??= { reason };
    this.endRest(false);
  }

  throwIfEnded(): void {
    if (this.ending !== undefined) throw this.ending.reason;
  }

  leave(): void {
    this.stopListening();
  }
}

function noop(): void {
  // Nobody rests, or there is no signal.
}
