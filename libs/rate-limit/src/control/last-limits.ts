const CAPACITY = 10_000;

/** The limit that a policy last had for a key, where it depends on the request. Forgets those seen longest ago. */
export class LastLimits {
  private readonly limits = new Map<string, number>();

  note(policy: string, identity: string, limit: number): void {
    const key = `${policy}\n${identity}`;
    this.limits.delete(key);
    this.limits.set(key, limit);
    if (this.limits.size <= CAPACITY) return;
    for (const oldest of this.limits.keys()) {
      this.limits.delete(oldest);
      break;
    }
  }

  of(policy: string, identity: string): number | undefined {
    return this.limits.get(`${policy}\n${identity}`);
  }
}
