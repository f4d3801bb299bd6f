import type { PolicyDecision } from '../core/decision';
import type { Charge } from '../core/store';
import { isSampled, RECENT_ONE_IN, RecentDecisions } from './recent-decisions';

const keys = Array.from({ length: 200 }, (_, i) => `user:${i}`);
const sampled = keys.find((key) => isSampled(key, RECENT_ONE_IN))!;
const unsampled = keys.find((key) => !isSampled(key, RECENT_ONE_IN))!;

let nowMs: number;
let clockReads: number;
let recent: RecentDecisions;
beforeEach(() => {
  nowMs = 1_000_000;
  clockReads = 0;
  recent = new RecentDecisions(() => {
    clockReads++;
    return nowMs;
  });
});

function call(
  identities: readonly string[],
  change: Partial<PolicyDecision> = {},
  { isShadow = false, remaining = 9 } = {},
): void {
  const decisions = identities.map((_, i): PolicyDecision => {
    const times = { retryAfterMs: 0, nextUnitAfterMs: 0, resetAfterMs: 0, windowSeconds: 60 };
    const counts = { limit: 10, cost: 1, granted: 1, remaining };
    return { policy: `policy ${i}`, outcome: 'allowed', ...counts, ...times, source: 'memory', ...change };
  });
  const charges = identities.map((identity) => ({ identity }) as Charge);
  recent.note(decisions, charges, isShadow);
}

describe('the recent decisions of keys', () => {
  test('are kept of all policies of a call, the newest first', () => {
    call([sampled, sampled]);
    nowMs += 5;
    call([sampled, sampled], { outcome: 'denied', retryAfterMs: 7 });
    expect(recent.list(sampled).map(({ policy, outcome, atMs }) => [policy, outcome, atMs])).toEqual([
      ['policy 1', 'denied', 1_000_005],
      ['policy 0', 'denied', 1_000_005],
      ['policy 1', 'allowed', 1_000_000],
      ['policy 0', 'allowed', 1_000_000],
    ]);
  });

  test('say what a ban and a policy in shadow mode said', () => {
    call([sampled], { outcome: 'denied', banId: 'b-1' });
    call([sampled], { outcome: 'denied' }, { isShadow: true });
    expect(recent.list(sampled).map(({ outcome }) => outcome)).toEqual(['shadow-denied', 'banned']);
  });

  test('of a key that is not sampled nothing is kept, and not even the clock is read', () => {
    call([unsampled, unsampled]);
    expect(recent.list(unsampled)).toEqual([]);
    expect(clockReads).toBe(0);
  });

  test('of a call about two keys that of the sampled one is kept', () => {
    call([unsampled, sampled, unsampled]);
    expect(recent.list(sampled).map(({ policy }) => policy)).toEqual(['policy 1']);
    expect(recent.list(unsampled)).toEqual([]);
  });

  test('of a hot key the first 50 calls of a second, then one in 10 ms, however many there are', () => {
    const taken = new Set<string>();
    for (let i = 0; i < 10_000; i++) {
      nowMs = 1_000_000 + Math.floor(i / 10);
      call([sampled], {}, { remaining: i });
      const [newest] = recent.list(sampled);
      if (newest?.remaining === i) taken.add(`${i}`);
    }
    expect(taken.size).toBeGreaterThan(140);
    expect(taken.size).toBeLessThanOrEqual(150);
    expect([...taken].slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    // What is shown is never older than the hundredth of a second in which more came.
    expect(recent.list(sampled)[0]!.atMs).toBeGreaterThan(nowMs - 10);
  });

  test('of a hot key the next second begins anew', () => {
    for (let i = 0; i < 500; i++) call([sampled]);
    nowMs += 1_000;
    for (let i = 0; i < 50; i++) call([sampled], {}, { remaining: 1_000 + i });
    expect(recent.list(sampled).map(({ remaining }) => remaining)).toEqual(
      Array.from({ length: 50 }, (_, i) => 1_049 - i),
    );
  });

  test('go on where the clock is set back', () => {
    for (let i = 0; i < 60; i++) call([sampled]);
    nowMs -= 3_600_000;
    call([sampled], {}, { remaining: 3 });
    expect(recent.list(sampled)[0]!.remaining).toBe(3);
  });

  test('are kept of a bounded number of keys, and of each so many', () => {
    for (let i = 0; i < 40; i++) {
      nowMs += 1_000;
      call([sampled, sampled]);
    }
    expect(recent.list(sampled)).toHaveLength(50);
    const others = Array.from({ length: 20_000 }, (_, i) => `user:${1_000 + i}`);
    for (const other of others) call([other]);
    expect(recent.list(sampled)).toEqual([]);
    const kept = others.filter((other) => recent.list(other).length > 0);
    expect(kept.length).toBeGreaterThanOrEqual(500);
    expect(kept.length).toBeLessThanOrEqual(1_000);
  });
});
