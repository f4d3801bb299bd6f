import type { BanRule } from '../core/ban';
import type { PolicyDecision } from '../core/decision';
import { Problems } from '../core/problems';
import { CalmLog } from '../engine/log';
import { PolicyRegistry } from '../engine/policy-registry';
import { MemoryStore } from '../stores/memory/memory-store';
import { newInstanceIdentity } from '../statistics/instance-identity';
import { ControlPlane } from './control-plane';
import type { EntryDocument } from './documents';
import { Escalation, nextBan } from './escalation';
import { MemoryControlStore } from './memory-control-store';
import { systemRecord } from './audit-record';

const MINUTE = 60_000;
const RULE: BanRule = { after: 3, withinMs: MINUTE, forMs: 15 * MINUTE, factor: 2, maxMs: 100 * MINUTE };

type Before = Parameters<typeof nextBan>[1];

/** A ban of that many offences, which ended so long ago. */
const ended = (offences: number, lengthMs: number, agoMs: number, nowMs: number): Before => ({
  offences,
  lengthMs,
  expiresAtMs: nowMs - agoMs,
  removed: false,
  changedAtMs: nowMs - agoMs - lengthMs,
});

describe('a ban', () => {
  const nowMs = 1_000 * MINUTE;

  test('is as long as the policy says, at first', () => {
    expect(nextBan(RULE, undefined, nowMs)).toEqual({ offences: 1, lengthMs: 15 * MINUTE });
  });

  test('doubles with each offence, up to the longest', () => {
    const lengths: number[] = [];
    let before: Before;
    for (let i = 0; i < 5; i++) {
      const ban = nextBan(RULE, before, nowMs);
      lengths.push(ban.lengthMs / MINUTE);
      before = ended(ban.offences, ban.lengthMs, 0, nowMs);
    }
    expect(lengths).toEqual([15, 30, 60, 100, 100]);
  });

  test.each([
    ['just short of its own length', 30 * MINUTE - 1, { offences: 3, lengthMs: 60 * MINUTE }],
    ['its own length', 30 * MINUTE, { offences: 2, lengthMs: 30 * MINUTE }],
    ['twice its own length', 60 * MINUTE, { offences: 1, lengthMs: 15 * MINUTE }],
    ['far longer', 6_000 * MINUTE, { offences: 1, lengthMs: 15 * MINUTE }],
  ])('after good behaviour of %s', (_, goodMs, next) => {
    expect(nextBan(RULE, ended(2, 30 * MINUTE, goodMs, nowMs), nowMs)).toEqual(next);
  });

  test('that was taken back ended then', () => {
    const removed = { ...ended(2, 30 * MINUTE, 0, nowMs)!, removed: true, changedAtMs: nowMs - 60 * MINUTE };
    expect(nextBan(RULE, removed, nowMs)).toEqual({ offences: 1, lengthMs: 15 * MINUTE });
  });

  test('does not grow where the factor is 1', () => {
    const ban = nextBan({ ...RULE, factor: 1 }, ended(5, 15 * MINUTE, 0, nowMs), nowMs);
    expect(ban).toEqual({ offences: 6, lengthMs: 15 * MINUTE });
  });

  test('of thousands of offences is still the longest', () => {
    expect(nextBan(RULE, ended(5_000, 100 * MINUTE, 0, nowMs), nowMs).lengthMs).toBe(100 * MINUTE);
  });
});

describe('a flood of keys that are banned', () => {
  test('leaves room for what operators decide', async () => {
    const registry = new PolicyRegistry<never>();
    const ban = { after: 2, within: '1m', for: '15m' } as const;
    registry.add('login', 'policies.login', { limit: 1, per: '1m', ban }, new Problems());
    const { policy, bucketId } = registry.get('login');
    const log = new CalmLog({ warn: () => undefined, error: () => undefined });
    const store = new MemoryControlStore();
    const identity = newInstanceIdentity('1.0.0');
    const plane = new ControlPlane({ registry, store, identity, log, configHash: () => '', isStoreDown: () => false });
    const buckets = new MemoryStore();
    let dropped = 0;
    const onDropped = (denials: number): void => void (dropped += denials);
    const escalation = new Escalation({ plane, buckets, instance: identity.id, onDropped });
    const denied = { policy: 'login', outcome: 'denied' } as PolicyDecision;
    for (let i = 0; i < 9_000; i++) {
      const charge = { bucketId, identity: `ip:${String(i % 4_500)}`, quota: policy.quota!, cost: 1, ban: policy.ban };
      escalation.decided(denied, charge);
    }
    await escalation.flush();
    await plane.poll();
    expect([plane.entries().length, dropped]).toEqual([4_000, 1_000]);
    const own: EntryDocument = { ...plane.entries()[0]!, id: 'e-1', version: 1, origin: 'operator' };
    const record = systemRecord('control.restored', 'a test', '', identity.id, 0);
    expect(await plane.write(own, 0, record)).toEqual({ outcome: 'written' });
    buckets.close();
  });
});
