import { RecentMap } from './recent-map';

const CAPACITY = 10_000;

/** The limit that a policy last had for a key, where it depends on the request. Forgets those seen longest ago. */
export class LastLimits {
  private readonly limits = new RecentMap<number>(CAPACITY);

  note(policy: string, identity: string, limit: number): void {
    const key = `${policy}\n${identity}`;
    if (this.limits.get(key) !== limit) this.limits.set(key, limit);
  }

  of(policy: string, identity: string): number | undefined {
    return this.limits.peek(`${policy}\n${identity}`);
  }
}
