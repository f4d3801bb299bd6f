import { isLoginRefused, reasonOf } from './reason';
import { type RedisLog, say } from './redis-log';

const MEANWHILE = "Rate limits are answered by each policy's onStoreFailure until it is";

/** Where one link is: at first nobody knows, then up or down. Says each change once, and nothing in between. */
export class LinkState {
  private state: 'new' | 'up' | 'down' = 'new';
  /** When it went down, on the clock of `performance.now`. */
  private downSinceMs = 0;
  private hasBeenUp = false;
  private toldLogin = false;
  private latestReason: string | undefined;

  /**
   * @param nameNow What to call the other side; it can change with a failover.
   * @param greets Whether the first connection is worth a line.
   */
  constructor(
    private readonly nameNow: () => string,
    private readonly log: RedisLog,
    private readonly greets = true,
  ) {}

  get isUp(): boolean {
    return this.state === 'up';
  }

  /** What went wrong last, since it was up. */
  get reason(): string {
    return this.latestReason ?? 'the connection was closed';
  }

  /** Returns whether this is a change. */
  up(): boolean {
    const before = this.state;
    this.state = 'up';
    this.latestReason = undefined;
    this.toldLogin = false;
    if (before === 'up') return false;
    if (this.hasBeenUp) {
      const seconds = ((performance.now() - this.downSinceMs) / 1000).toFixed(1);
      say(this.log, 'log', `Connection to ${this.nameNow()} recovered after ${seconds} s`);
    } else if (this.greets || before === 'down') {
      say(this.log, 'log', `Connected to ${this.nameNow()}`);
    }
    this.hasBeenUp = true;
    return true;
  }

  /** An error that may be followed by the end of the connection, or be the end of an attempt to connect. */
  failed(error: unknown): void {
    this.latestReason = reasonOf(error);
    if (this.state === 'up') return;
    // The first thing that was wrong is told already; a refused login needs somebody to act.
    if (this.state === 'down' && !this.toldLogin && isLoginRefused(error)) {
      this.toldLogin = true;
      say(
        this.log,
        'error',
        `${this.nameNow()} refuses the login: ${this.reason}. It is tried again until it is accepted.`,
      );
    }
    this.down();
  }

  /** Returns whether this is a change. */
  down(): boolean {
    const before = this.state;
    if (before === 'down') return false;
    this.state = 'down';
    this.downSinceMs = performance.now();
    this.toldLogin = this.latestReason !== undefined && isLoginRefused(this.latestReason);
    const what =
      before === 'up'
        ? `Connection to ${this.nameNow()} lost: ${this.reason}. ${MEANWHILE} back.`
        : `Cannot connect to ${this.nameNow()}: ${this.reason}. ${MEANWHILE} there.`;
    say(this.log, 'error', what);
    return true;
  }
}
