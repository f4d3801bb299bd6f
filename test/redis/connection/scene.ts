import { connectRedis, checkRedisOptions, Problems, type RedisConnection, type RedisStoreConfig } from './library';

/** How long a test waits for a connection. No promise: a machine that is busy may take its time. */
export const READY_MS = 15_000;
/** Promised: as soon as Redis is back, it is used again. */
export const RECOVERY_MS = 5_000;
/** Promised: a peer may be silent for 2 s. As much again for a machine on which timers and processes come late. */
export const NOTICED_MS = 4_000;

/** What the log said, and every connection and server of a test, ended after it. */
export class Scene {
  readonly lines: string[] = [];
  private readonly stops: (() => unknown)[] = [];
  readonly log = {
    log: (line: string): void => void this.lines.push(line),
    warn: (line: string): void => void this.lines.push(line),
    error: (line: string): void => void this.lines.push(line),
  };

  connect(options: Omit<RedisStoreConfig, 'type'>): RedisConnection {
    const problems = new Problems();
    const checked = checkRedisOptions({ type: 'redis', ...options }, problems);
    problems.throwIfAny();
    const connection = connectRedis(checked!, this.log);
    this.stops.unshift(() => connection.close());
    return connection;
  }

  keep<T extends { stop?(): unknown; close?(): unknown }>(resource: T): T {
    this.stops.push(() => resource.stop?.() ?? resource.close?.());
    return resource;
  }

  /** For what has another way to end. */
  after(stop: () => void): void {
    this.stops.unshift(stop);
  }

  async end(): Promise<void> {
    for (const stop of this.stops.splice(0)) await stop();
    this.lines.length = 0;
  }

  linesWith(text: string): string[] {
    return this.lines.filter((line) => line.includes(text));
  }
}

/** Waits until something holds, and returns how many milliseconds that took. */
export async function until(holds: () => unknown, withinMs = 15_000): Promise<number> {
  const startMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startMs > withinMs) throw new Error(`Not within ${withinMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - startMs;
}
