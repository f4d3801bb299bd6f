/** How long the counts of a process outlive it, and everything else that nobody writes any more. */
export const RETENTION_MS = 90 * 86_400_000;
export const MINUTE_RETENTION_MS = 7 * 86_400_000;

/** Names of what the statistics keep in Redis. All lie in one slot of a Cluster, so that they can be written together. */
export class FleetKeys {
  private readonly base: string;

  constructor(prefix: string) {
    this.base = `${prefix}:{stats}`;
  }

  /** Set: ids of the instances whose counts are kept apart. */
  get instances(): string {
    return `${this.base}:instances`;
  }

  /** String: what instances that are gone have counted. */
  get gone(): string {
    return `${this.base}:gone`;
  }

  /** String: whoever has it may add to `gone`. */
  get lock(): string {
    return `${this.base}:lock`;
  }

  /** Hash: what one instance last wrote. */
  instance(id: string): string {
    return `${this.base}:i:${id}`;
  }

  /** String that expires when an instance is silent. */
  alive(id: string): string {
    return `${this.base}:alive:${id}`;
  }

  /** String: the counts of this instance are part of `gone`. */
  folded(id: string): string {
    return `${this.base}:folded:${id}`;
  }

  /** String of packed numbers: the points of a policy in one span of a resolution. */
  points(resolution: string, span: number, policy: string): string {
    return `${this.base}:${resolution}:${String(span)}:${policy}`;
  }
}
