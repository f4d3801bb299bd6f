/** Where the connection says how it is; Nest's `LoggerService` and `console` fit. */
export interface RedisLog {
  log?(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Says one line, marked as Redis'. What has no level of its own is dropped, and a log that throws harms nothing. */
export function say(log: RedisLog, level: keyof RedisLog, message: string): void {
  try {
    log[level]?.(`[Redis] ${message}`);
  } catch {
    // There is nowhere left to tell it.
  }
}
