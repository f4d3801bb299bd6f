/** What the limiter asks of a logger; Nest's `LoggerService` and `console` fit. */
export interface RateLimitLogger {
  warn(message: string): void;
  error(message: string): void;
}

const REPEAT_AFTER_MS = 60_000;
const MAX_SUBJECTS = 1_000;

/** A log that says the same thing about the same subject at most once a minute, so that no flood of requests floods it. */
export class CalmLog {
  private readonly lastToldMs = new Map<string, number>();

  constructor(private readonly logger: RateLimitLogger) {}

  /** Says it now unless it said something of this subject within the last minute. */
  error(subject: string, message: () => string): void {
    const nowMs = performance.now();
    const lastMs = this.lastToldMs.get(subject);
    if (lastMs !== undefined && nowMs - lastMs < REPEAT_AFTER_MS) return;
    if (this.lastToldMs.size >= MAX_SUBJECTS) this.lastToldMs.clear();
    this.lastToldMs.set(subject, nowMs);
    this.logger.error(message());
  }

  /** Says it once in the life of this process. */
  warnOnce(subject: string, message: string): void {
    if (this.lastToldMs.get(subject) === Infinity) return;
    this.lastToldMs.set(subject, Infinity);
    this.logger.warn(message);
  }
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
