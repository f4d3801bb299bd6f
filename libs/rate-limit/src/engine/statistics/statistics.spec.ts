import { FoldedDecision, type PolicyDecision } from '../../core/decision';
import type { Charge } from '../../core/store';
import { quotaOf } from '../../testing';
import type { EarlierOutcome } from './decision-observer';
import { Statistics } from './statistics';

const quota = quotaOf({ algorithm: 'fixed-window', limit: 10, per: '1m' });
const charge = (identity: string): Charge => ({ bucketId: 'b', identity, quota, cost: 1 });

function policyDecision(change: Partial<PolicyDecision> = {}): PolicyDecision {
  return {
    policy: 'login',
    outcome: 'allowed',
    limit: 10,
    windowSeconds: 60,
    cost: 1,
    granted: 1,
    remaining: 9,
    retryAfterMs: 0,
    nextUnitAfterMs: 0,
    resetAfterMs: 0,
    source: 'memory',
    ...change,
  };
}

let nowMs: number;
let statistics: Statistics;

beforeEach(() => {
  nowMs = 1_000;
  const factsOf = () => ({ limit: 10, windowSeconds: 60, shadow: false });
  statistics = new Statistics({ factsOf, nowMs: () => nowMs, maxPolicies: 3 });
});

function request(earlier: EarlierOutcome, ...policies: PolicyDecision[]): void {
  const entries = policies.map(({ policy }) => ({ policy: { name: policy } }));
  const started = statistics.begin();
  nowMs += 1;
  statistics.decidedRequest(
    { entries, earlier },
    new FoldedDecision(policies),
    policies.map(() => charge('ip:1')),
    started,
  );
}

describe('statistics', () => {
  it('count a request once, by its end, however many guards looked at it', () => {
    request('none', policyDecision());
    request('allowed', policyDecision({ policy: 'plan', outcome: 'denied', granted: 0 }));
    statistics.bypassedRequest({ entries: [], earlier: 'none' });
    request('bypassed', policyDecision());
    expect(statistics.snapshot().requests).toEqual({ allowed: 1, denied: 1, shadowDenied: 0, bypassed: 0, errors: 0 });
  });

  it('count what would have been refused apart from what was', () => {
    statistics.shadowDecided(policyDecision({ outcome: 'denied', granted: 0, remaining: 0 }));
    statistics.bypassedRequest({ entries: [{ policy: { name: 'login', mode: 'shadow' } }], earlier: 'none' });
    const { policies, requests } = statistics.snapshot();
    expect(policies['login']).toMatchObject({ denied: 0, shadowDenied: 1, bypassed: 0, blocked: { count: 0 } });
    expect(requests).toMatchObject({ allowed: 1, bypassed: 0 });
  });

  it('count a policy that only watched one key by its own decision, not as skipped', () => {
    statistics.shadowDecided(policyDecision({ outcome: 'denied', granted: 0, remaining: 0 }));
    const entries = [{ policy: { name: 'login' } }, { policy: { name: 'plan' } }];
    statistics.bypassedRequest({ entries: entries.slice(0, 1), earlier: 'none', shadowed: ['login'] });
    const decision = new FoldedDecision([policyDecision({ policy: 'plan' })]);
    statistics.decidedRequest({ entries, earlier: 'none', shadowed: ['login'] }, decision, [charge('ip:1')], 0);
    const { policies, requests } = statistics.snapshot();
    expect(policies['login']).toMatchObject({ shadowDenied: 1, bypassed: 0 });
    expect(requests).toMatchObject({ allowed: 2, bypassed: 0 });
  });

  it('count a ban as the refusal of one policy, which no other policy let pass', () => {
    const entries = [{ policy: { name: 'login' } }, { policy: { name: 'plan' } }];
    const decision = new FoldedDecision([policyDecision({ outcome: 'denied', granted: 0, banId: 'b-1' })]);
    statistics.decidedRequest({ entries, earlier: 'none' }, decision, [charge('ip:1')], 0);
    const { policies, requests } = statistics.snapshot();
    expect(policies['login']).toMatchObject({ denied: 1, bypassed: 0 });
    expect(policies['plan']).toBeUndefined();
    expect(requests).toMatchObject({ denied: 1 });
  });

  it('count calls that leave a fifth of the limit or less as near it', () => {
    for (const remaining of [3, 2, 1, 0]) request('none', policyDecision({ remaining }));
    expect(statistics.snapshot().policies['login']).toMatchObject({ allowed: 4, nearLimit: 3 });
  });

  it('know who is refused now, and for how long', () => {
    request('none', policyDecision({ outcome: 'denied', granted: 0, retryAfterMs: 500 }));
    expect(statistics.snapshot().policies['login']?.blocked).toEqual({
      count: 1,
      atLeast: false,
      keys: [{ key: 'ip:1', retryAfterMs: 500 }],
    });
    nowMs += 500;
    expect(statistics.snapshot().policies['login']?.blocked.count).toBe(0);
  });

  it('know nobody as refused who was let go', () => {
    request('none', policyDecision({ outcome: 'denied', granted: 0, retryAfterMs: 500 }));
    statistics.letGo('login', 'ip:2');
    statistics.letGo('plan', 'ip:1');
    expect(statistics.snapshot().policies['login']?.blocked.count).toBe(1);
    statistics.letGo('login', 'ip:1');
    const { policies } = statistics.snapshot();
    expect(policies['login']?.blocked).toEqual({ count: 0, atLeast: false, keys: [] });
    expect(Object.keys(policies)).toEqual(['login']);
  });

  describe('of who is allowed before his time is over', () => {
    const denied = policyDecision({ outcome: 'denied', granted: 0, retryAfterMs: 500 });
    const blocked = () => statistics.snapshot().policies['login']?.blocked.count;
    const ask = (told: PolicyDecision, bucketId: string) => {
      statistics.decidedCall(new FoldedDecision([told]), [{ ...charge('ip:1'), bucketId }], 0);
    };

    it('know that he is refused no longer', () => {
      request('none', denied);
      ask(policyDecision(), 'b');
      expect(blocked()).toBe(0);
    });

    it('know so after a ban by any use of the policy, else by the one that refused him', () => {
      request('none', denied);
      ask(policyDecision(), 'b of another route');
      expect(blocked()).toBe(1);
      request('none', { ...denied, banId: 'e-1' });
      ask(policyDecision(), 'b of another route');
      expect(blocked()).toBe(0);
    });

    it('take nothing from a call that was charged nothing, or that was in shadow', () => {
      request('none', denied);
      ask(policyDecision({ cost: 0, granted: 0 }), 'b');
      statistics.shadowDecided(policyDecision());
      expect(blocked()).toBe(1);
    });
  });

  it('look at one in 16 decisions beyond a thousand a second, and count it for all of them', () => {
    for (let i = 0; i < 1_000 + 1_600; i++) request('none', policyDecision());
    const { decisionLatency, policies } = statistics.snapshot();
    expect(policies['login']?.allowed).toBe(2_600);
    expect(decisionLatency.memory?.count).toBe(2_600);
    expect(policies['login']?.topRequests[0]?.count).toBe(2_600);
  });

  it('know everybody who is refused, also beyond a thousand decisions a second', () => {
    for (let i = 0; i < 1_000; i++) request('none', policyDecision());
    const denied = new FoldedDecision([policyDecision({ outcome: 'denied', granted: 0, retryAfterMs: 60_000 })]);
    for (let i = 0; i < 100; i++) {
      statistics.decidedCall(denied, [charge(`ip:${String(i)}`)], statistics.begin());
    }
    const { blocked, topDenials } = statistics.snapshot().policies['login']!;
    expect([blocked.count, blocked.keys[0]?.retryAfterMs]).toEqual([100, 60_000]);
    expect(topDenials.length).toBeLessThan(10);
  });

  it('count policies beyond the most together', () => {
    for (let i = 0; i < 9; i++) request('none', policyDecision({ policy: `p${String(i)}` }));
    const { policies } = statistics.snapshot();
    expect(Object.keys(policies)).toEqual(['p0', 'p1', 'p2', '_other']);
    expect(policies['_other']?.allowed).toBe(6);
  });
});
