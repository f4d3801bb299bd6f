import { setTimeout as pause } from 'node:timers/promises';
import { latenciesOf, mostWithin, tallyBy } from '../../support/load-figures';
import type { Timed } from '../../support/load';
import { DEADLINE_MS, INSTANCES, type Instance, LIMIT, PER_MS } from './fleet';
import { type Told, Traffic } from './traffic';

/** How late a decision may be, beside what this process stood still. */
const GRACE_MS = 20;
/** The same for the slowest of all. Where a breaker opens soon, those that waited are too few to be seen in a p99. */
const SLOWEST_GRACE_MS = 50;
export const RECOVERY_MS = 5_000;
/** So long must every answer come from Redis for it to count as back. */
const QUIET_MS = 500;
/** Long enough for the greedy to have spent their limit. */
const WARM_UP_MS = 800;

/** What happened under load while something was broken. */
export interface Outcome {
  readonly greedy: readonly (Told & Timed)[];
  readonly steady: readonly (Told & Timed)[];
  readonly statuses: Readonly<Record<string, number>>;
  /** From when Redis was back to the last call that was made and still answered without it. */
  readonly recoveryMs: number;
  readonly figures: Readonly<Record<string, string | number>>;
}

/**
 * Keeps a load on while `breakAndMend` does its work, and until every answer comes from Redis again.
 *
 * @param breakAndMend Resolves when Redis is back.
 */
export async function drill(instances: readonly Instance[], breakAndMend: () => Promise<unknown>): Promise<Outcome> {
  const traffic = new Traffic(instances);
  let recoveryMs: number;
  try {
    await pause(WARM_UP_MS);
    await breakAndMend();
    const backMs = performance.now();
    await untilQuiet(traffic, backMs);
    recoveryMs = Math.max(0, recoveredAtMs(traffic, backMs) - backMs);
  } catch (error) {
    await traffic.stop();
    throw error;
  }
  const { greedy, steady, responses } = await traffic.stop();
  const statuses = tallyBy(responses, ({ mode, status }) => `${mode} ${status}`);
  return { greedy, steady, statuses, recoveryMs, figures: figuresOf(greedy, steady, statuses, recoveryMs) };
}

/**
 * Every promise that holds whatever happens to Redis. That no rejection goes unhandled is looked after by Jest, which
 * fails the test. `losses`: how often all it knew may have been lost.
 */
export function expectKept(outcome: Outcome, { losses = 0 } = {}): void {
  const { greedy, steady, statuses, recoveryMs } = outcome;
  const decisions = [...greedy, ...steady];
  const { p99NetMs, maxNetMs } = latenciesOf(decisions);
  expect(p99NetMs).toBeLessThanOrEqual(DEADLINE_MS + GRACE_MS);
  expect(maxNetMs).toBeLessThanOrEqual(DEADLINE_MS + SLOWEST_GRACE_MS);
  expect(recoveryMs).toBeLessThan(RECOVERY_MS);
  // Nothing but `closed` fails, and it fails as unavailable.
  const allowed = ['local 200', 'local 429', 'open 200', 'open 429', 'closed 200', 'closed 429', 'closed 503'];
  expect(allowed).toEqual(expect.arrayContaining(Object.keys(statuses)));
  expect(decisions.filter(({ mode, result }) => mode !== 'closed' && result === 'unavailable')).toEqual([]);
  expect(steady.filter(({ result }) => result !== 'allowed')).toEqual([]);
  const { redis, alone, total } = admissionsOf(greedy);
  expect(redis).toBeLessThanOrEqual(LIMIT * (1 + losses));
  expect(alone).toBeLessThanOrEqual(Math.max(LIMIT, INSTANCES));
  expect(total).toBeLessThanOrEqual(bound(losses));
}

/** That some decisions were made without Redis: otherwise a test has broken nothing. */
export function expectBroken({ greedy }: Outcome): void {
  expect(greedy.filter(isWithoutRedis).length).toBeGreaterThan(0);
}

/** What one client may be admitted in a window: by Redis, anew after each loss, and by all instances without it. */
export function bound(losses: number): number {
  return LIMIT * (1 + losses) + Math.max(LIMIT, INSTANCES);
}

const isWithoutRedis = ({ source }: Told): boolean => source === 'fallback' || source === 'none';

/**
 * When Redis was used again for good: the last call without it, but for those that had no chance because this process
 * stood still; and not before it has answered one.
 */
function recoveredAtMs(traffic: Traffic, backMs: number): number {
  const last = traffic.told.findLast((told) => isWithoutRedis(told) && !traffic.isExcused(told));
  const first = traffic.told.find((told) => told.sentMs > backMs && !isWithoutRedis(told));
  return Math.max(last?.sentMs ?? -Infinity, first?.sentMs ?? Infinity);
}

async function untilQuiet(traffic: Traffic, backMs: number): Promise<void> {
  const isQuiet = (): boolean => {
    const quietSinceMs = Math.max(backMs, recoveredAtMs(traffic, backMs));
    const last = traffic.told.at(-1);
    return last !== undefined && last.sentMs - quietSinceMs > QUIET_MS;
  };
  // A little longer than promised, so that the assertion can tell by how much it was missed.
  const endMs = backMs + 2 * RECOVERY_MS;
  while (!isQuiet() && performance.now() < endMs) await pause(20);
}

/** The most that any key of the mode that counts was admitted within a window: by Redis, without it, and in all. */
function admissionsOf(greedy: readonly (Told & Timed)[]) {
  const most = { redis: 0, alone: 0, total: 0 };
  const counted = greedy.filter(({ mode, result }) => mode === 'local' && result === 'allowed');
  for (const key of new Set(counted.map((told) => told.key))) {
    const own = counted.filter((told) => told.key === key);
    const [alone, redis] = [own.filter(isWithoutRedis), own.filter((told) => !isWithoutRedis(told))];
    most.redis = Math.max(most.redis, mostWithin(redis, PER_MS));
    most.alone = Math.max(most.alone, mostWithin(alone, PER_MS));
    most.total = Math.max(most.total, mostWithin(own, PER_MS));
  }
  return most;
}

function figuresOf(
  greedy: readonly (Told & Timed)[],
  steady: readonly (Told & Timed)[],
  statuses: Readonly<Record<string, number>>,
  recoveryMs: number,
): Outcome['figures'] {
  const decisions = [...greedy, ...steady];
  const { p50Ms, p99Ms, p99NetMs, maxMs, maxNetMs } = latenciesOf(decisions);
  const { redis, alone, total } = admissionsOf(greedy);
  const sum = (status: string): number =>
    Object.entries(statuses).reduce((all, [name, count]) => all + (name.endsWith(status) ? count : 0), 0);
  return {
    decisions: decisions.length,
    'without Redis': decisions.filter(isWithoutRedis).length,
    'p50 ms': p50Ms.toFixed(1),
    'p99 ms': p99Ms,
    'p99 net': p99NetMs,
    'max ms': maxMs,
    'max net': maxNetMs,
    'recovery ms': recoveryMs,
    'by Redis': redis,
    'without it': alone,
    together: total,
    'steady denied': steady.filter(({ result }) => result !== 'allowed').length,
    'HTTP 200/429/503': `${sum(' 200')}/${sum(' 429')}/${sum(' 503')}`,
  };
}
