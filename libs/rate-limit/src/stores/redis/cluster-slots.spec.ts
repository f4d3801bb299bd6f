import { slotOf } from './cluster-slots';

/** What `CLUSTER KEYSLOT` of Redis 7.0 answers. */
test.each([
  ['123456789', 12739],
  ['foo', 12182],
  ['rl:{foo}', 12182],
  ['{foo}{bar}', 12182],
  ['foo{}{bar}', 8363],
  ['{', 4092],
])('the slot of %j is %d', (key, slot) => {
  expect(slotOf(key)).toBe(slot);
});
