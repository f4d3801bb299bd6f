import type { Counts, HeavyKey, PolicyMode, PolicyTraffic, SecondPoint } from '../../rate-limit/src/admin/api';
import { CLIENTS, POLICIES, type WorldPolicy } from './policies';
import { randomOf } from './random';

const random = randomOf(7);
const zero = (): Counts => ({ allowed: 0, denied: 0, shadowDenied: 0, bypassed: 0, errors: 0 });
const HISTORY_SECONDS = 7200;

/** A flood comes by every few minutes. */
const flood = (atMs: number): number => {
  const phase = (atMs / 1000) % 240;
  return phase > 60 && phase < 130 ? Math.sin(((phase - 60) / 70) * Math.PI) : 0;
};

/** What one policy decides in one second. */
function second(policy: WorldPolicy, mode: PolicyMode, atMs: number): Counts {
  if (mode === 'off') return { ...zero(), bypassed: Math.round(policy.load) };
  const wave = 1 + 0.18 * Math.sin(atMs / 47_000 + policy.load) + 0.14 * (random() - 0.5);
  const rush = policy.over > 0 ? flood(atMs) * (policy.name === 'login' ? 5 : 0.5) : 0;
  const all = Math.floor(policy.load * wave * (1 + rush * 0.4) + random());
  const refused = Math.min(all, Math.round(all * Math.min(0.95, policy.over * (1 + rush)) * (0.8 + 0.4 * random())));
  const errors = random() < 0.01 && policy.name === 'api' ? 1 : 0;
  if (mode === 'shadow') return { ...zero(), allowed: all, shadowDenied: refused };
  return { ...zero(), allowed: all - refused, denied: refused, bypassed: Math.round(all * 0.01), errors };
}

export const added = (a: Counts, b: Counts): Counts => ({
  allowed: a.allowed + b.allowed,
  denied: a.denied + b.denied,
  shadowDenied: a.shadowDenied + b.shadowDenied,
  bypassed: a.bypassed + b.bypassed,
  errors: a.errors + b.errors,
});

/** The counters of the invented service: two hours of past, then a second every second. */
export class Traffic {
  readonly series = new Map<string, SecondPoint[]>();
  private readonly totals = new Map<string, Counts>();

  constructor(
    private readonly modeOf: (policy: string) => PolicyMode,
    nowMs: number,
  ) {
    for (const { name } of POLICIES) this.series.set(name, []);
    const start = Math.floor(nowMs / 1000) * 1000;
    for (let back = HISTORY_SECONDS; back > 0; back--) this.tick(start - back * 1000);
  }

  tick(atMs: number): void {
    for (const policy of POLICIES) {
      const counts = second(policy, this.modeOf(policy.name), atMs);
      const series = this.series.get(policy.name) ?? [];
      series.push({ atMs, ...counts });
      if (series.length > HISTORY_SECONDS) series.shift();
      this.totals.set(policy.name, added(this.totalOf(policy.name), counts));
    }
  }

  totalOf(policy: string): Counts {
    return this.totals.get(policy) ?? zero();
  }

  lastOf(policy: string): Counts {
    return added(zero(), this.series.get(policy)?.at(-1) ?? zero());
  }

  policies(blockedOf: (policy: string) => number): readonly PolicyTraffic[] {
    return POLICIES.map(({ name, load, over }) => ({
      policy: name,
      mode: this.modeOf(name),
      totals: this.totalOf(name),
      perSecond: this.lastOf(name),
      nearLimit: Math.round(load * over * 0.6),
      blocked: { count: blockedOf(name), atLeast: false },
    }));
  }

  /** Over all policies, or one; in steps of seconds, minutes or hours. */
  points(policy: string | undefined, stepMs: number, count: number): readonly SecondPoint[] {
    const sums = new Map<number, Counts>();
    for (const [name, series] of this.series) {
      if (policy !== undefined && name !== policy) continue;
      for (const { atMs, ...counts } of series) {
        const at = Math.floor(atMs / stepMs) * stepMs;
        sums.set(at, added(sums.get(at) ?? zero(), counts));
      }
    }
    return [...sums].slice(-count).map(([atMs, counts]) => ({ atMs, ...counts }));
  }
}

/** Keys that stand out in a policy. */
export const heavyKeys = (policy: WorldPolicy, denied: boolean): readonly HeavyKey[] =>
  CLIENTS.slice(0, 10)
    .map((text, rank) => {
      const base = policy.load * 300 * (denied ? policy.over : 1);
      const count = Math.round((base * 0.42) / (rank + 1) ** 1.25);
      return { key: { text, ref: text }, policy: policy.name, count, error: Math.round(count * 0.004) };
    })
    .filter(({ count }) => count > 0);
