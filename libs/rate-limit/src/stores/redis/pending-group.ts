import type { WaitingGroup } from './throttle-line';
import type { ThrottleGroup, ThrottleReply } from './throttle-wire';

type Replies = readonly ThrottleReply[];

/** A group, and the promise of what Redis says of it. */
export class PendingGroup implements WaitingGroup {
  readonly replies: Promise<Replies>;
  resolve!: (replies: PromiseLike<Replies> | Replies) => void;
  private fail!: (error: Error) => void;

  constructor(
    readonly group: ThrottleGroup,
    readonly slot: number,
    readonly raisedAtMs: number,
    /** Answers for Redis, where it does not decide. */
    private readonly instead?: (error: Error) => Replies,
  ) {
    this.replies = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.fail = reject;
    });
  }

  /** Redis does not decide. */
  reject(error: Error): void {
    if (this.instead === undefined) this.fail(error);
    else this.resolve(Promise.resolve(error).then(this.instead));
  }
}
