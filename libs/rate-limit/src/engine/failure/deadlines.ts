import { failureOf, type StoreFailure, timeoutAfter } from './store-failure';
import type { Timers } from './timers';

/** Who is told what the store says, beside those who asked. */
export interface AnswerListener<Note> {
  /** The store answered in time what was asked at `askedMs`. */
  onAnswer(askedMs: number): void;
  /** The store said only when the deadline was over what had become of the call with this note. */
  onFailedLate(failure: StoreFailure, note: Note): void;
}

/** How late a timer must be for the process itself to be what was slow. */
const STALLED_MS = 5;

/**
 * Answers every question by a deadline, the same for all, so that the oldest question is always the next to be due: a
 * list in order of asking and one timer serve them all, and while the store is well that timer runs once per deadline.
 */
export class Deadlines<Note> {
  private readonly timeout: StoreFailure;
  /** Head and tail of the ring of those who wait. */
  private readonly ring = new Waiter(0, noop);
  private isTimed = false;

  constructor(
    private readonly deadlineMs: number,
    private readonly timers: Timers,
    private readonly listener: AnswerListener<Note>,
  ) {
    this.timeout = timeoutAfter(deadlineMs);
  }

  /** The answer; or, where it fails or is late, what `rescue` returns or throws. Rescues once at most. */
  bound<Answer>(answer: PromiseLike<Answer>, rescue: (failure: StoreFailure) => Answer, note: Note): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const waiter = new Waiter(this.timers.nowMs() + this.deadlineMs, (failure) => {
        try {
          resolve(rescue(failure));
        } catch (error) {
          const reason = error as Error;
          reject(reason);
        }
      });
      this.add(waiter);
      answer.then(
        (value) => {
          if (!waiter.leave()) return;
          this.listener.onAnswer(waiter.dueMs - this.deadlineMs);
          resolve(value);
        },
        (thrown: unknown) => {
          const failure = failureOf(thrown);
          if (waiter.leave()) waiter.fail(failure);
          else this.listener.onFailedLate(failure, note);
        },
      );
    });
  }

  private add(waiter: Waiter): void {
    waiter.enter(this.ring);
    if (!this.isTimed) this.watch(this.deadlineMs);
  }

  private watch(restMs: number): void {
    this.isTimed = true;
    const dueMs = this.timers.nowMs() + restMs;
    this.timers.after(Math.max(1, Math.floor(restMs)), () => {
      const expire = (): void => {
        this.expire();
      };
      // Where the process stood still, replies may have arrived that nobody has read yet: they are not late.
      if (this.timers.nowMs() - dueMs < STALLED_MS) expire();
      else this.timers.afterReading(expire);
    });
  }

  /** Timers count whole milliseconds: who is due within one is answered now, and not a millisecond late. */
  private expire(): void {
    const dueMs = this.timers.nowMs() + 1;
    let { next } = this.ring;
    while (next !== this.ring && next.dueMs < dueMs) {
      next.leave();
      next.fail(this.timeout);
      next = this.ring.next;
    }
    if (next === this.ring) this.isTimed = false;
    else this.watch(next.dueMs - this.timers.nowMs());
  }
}

class Waiter {
  next: Waiter = this;
  private previous: Waiter = this;

  constructor(
    readonly dueMs: number,
    readonly fail: (failure: StoreFailure) => void,
  ) {}

  /** Takes the last place. */
  enter(ring: Waiter): void {
    this.next = ring;
    this.previous = ring.previous;
    ring.previous.next = this;
    ring.previous = this;
  }

  /** `false` where it has left before. */
  leave(): boolean {
    if (this.next === this) return false;
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this;
    return true;
  }
}

function noop(): void {}
