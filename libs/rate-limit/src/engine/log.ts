import { show } from '../core/errors';

/** What the limiter asks of a logger; Nest's `LoggerService` and `console` fit. */
export interface RateLimitLogger {
  /** For what is as it should be. Left out, that is not told. */
  log?(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const REPEAT_AFTER_MS = 60_000;
const MAX_SUBJECTS = 1_000;

/** A log that says the same thing about the same subject at most once a minute, so that no flood of requests floods it. */
export class CalmLog {
  private readonly lastToldMs = new Map<string, number>();
  private readonly warned = new Set<string>();

  constructor(
    /** Whoever is handed it tells each change once. */
    readonly logger: RateLimitLogger,
  ) {}

  /** Says it now unless it said something of this subject within the last minute. */
  error(subject: string, message: () => string): void {
    const nowMs = performance.now();
    const lastMs = this.lastToldMs.get(subject);
    if (lastMs !== undefined && nowMs - lastMs < REPEAT_AFTER_MS) return;
    if (this.lastToldMs.size >= MAX_SUBJECTS) this.lastToldMs.clear();
    this.lastToldMs.set(subject, nowMs);
    this.tell('error', message());
  }

  /** Says it once in the life of this process. */
  warnOnce(subject: string, message: string): void {
    if (this.warned.has(subject)) return;
    this.warned.add(subject);
    this.tell('warn', message);
  }

  /** Says it now: for a change of state, which comes seldom by itself. A logger that throws must not fail a request. */
  tell(level: keyof RateLimitLogger, message: string): void {
    try {
      this.logger[level]?.(message);
    } catch {
      // There is nowhere left to tell it.
    }
  }
}

const LONGEST_MESSAGE = 300;

/** The text of anything that was thrown, as one sentence in one line: part of it may come from a client. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : show(thrown);
  const line = text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_MESSAGE);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
