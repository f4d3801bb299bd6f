import type { Charge } from '../../core/store';
import { quotaOf } from '../../testing';
import { HotKeys } from './hot-keys';

const quota = quotaOf({ algorithm: 'fixed-window', limit: 1_000, per: '1h' });
const chargesOf = (identity: string, changes: Partial<Charge> = {}): readonly Charge[] => [
  { bucketId: 'b', identity, quota, cost: 1, lease: { maxMs: 250, maxCalls: 1_000 }, ...changes },
];

let keys: HotKeys;
beforeEach(() => {
  keys = new HotKeys(10, 1, 0);
});

it('knows a key again by its charges, and no other', () => {
  const key = keys.note(chargesOf('ip:1'), 0);
  expect(key).toBeDefined();
  expect(keys.note(chargesOf('ip:1'), 1)).toBe(key);
  expect(keys.find(chargesOf('ip:1'))).toBe(key);
  expect(keys.find(chargesOf('ip:2'))).toBeUndefined();
});

it('tells kinds of calls of one identity apart, eight at most', () => {
  const kinds = [1, 2, 3, 4, 5, 6, 7, 8].map((cost) => keys.note(chargesOf('ip:1', { cost }), 0));
  expect(new Set(kinds).size).toBe(8);
  expect(kinds).not.toContain(undefined);
  expect(keys.find(chargesOf('ip:1', { cost: 3 }))).toBe(kinds[2]);
  expect(keys.note(chargesOf('ip:1', { cost: 9 }), 0)).toBeUndefined();
  expect(keys.of('ip:1')).toHaveLength(8);
});

it.each([
  ['that costs nothing', { cost: 0 }],
  ['that does not say how it may be leased', { lease: undefined }],
  ['that the store has to be told something with', { owed: [{ units: 1, agoTicks: 0 }] }],
])('watches no call %s', (_which, changes) => {
  expect(keys.note(chargesOf('ip:1', changes), 0)).toBeUndefined();
});

it('watches no call whose window is too short for a lease', () => {
  const sliding = (per: number) => quotaOf({ algorithm: 'sliding-window', limit: 1_000, per });
  expect(keys.note(chargesOf('ip:1', { quota: sliding(399) }), 0)).toBeUndefined();
  expect(keys.note(chargesOf('ip:1', { quota: sliding(400) }), 0)).toBeDefined();
});

it('forgets a key that was not asked for in one to two seconds', () => {
  const [idle, used] = [keys.note(chargesOf('ip:1'), 0), keys.note(chargesOf('ip:2'), 0)];
  keys.note(chargesOf('ip:3'), 1_000);
  expect(keys.find(chargesOf('ip:1'))).toBe(idle);
  keys.note(chargesOf('ip:2'), 1_001);
  keys.note(chargesOf('ip:4'), 2_000);
  expect(keys.find(chargesOf('ip:1'))).toBeUndefined();
  expect(keys.find(chargesOf('ip:2'))).toBe(used);
});

it('watches no more keys than it may', () => {
  const identities = Array.from({ length: 100 }, (_, i) => `ip:${i}`);
  for (const identity of identities) keys.note(chargesOf(identity), 0);
  const known = identities.filter((identity) => keys.find(chargesOf(identity)) !== undefined);
  expect(known.length).toBeLessThanOrEqual(10);
  expect(known).toContain('ip:99');
});
