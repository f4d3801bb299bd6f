import type { Charge } from '../../core/store';
import { FakeClock, quotaOf } from '../../testing';
import { MemoryStore } from './memory-store';

const LIMIT = 10;
const quota = quotaOf({ algorithm: 'sliding-window', limit: LIMIT, per: '1m' });
const charge = (identity: string, cost: number): Charge => ({ bucketId: 'policy', identity, quota, cost });

test('a call that names a bucket twice, which it must not, mixes up no other clients', () => {
  const clock = new FakeClock();
  const store = new MemoryStore({ clock });
  const costOf = (i: number): number => 1 + (i % 3);
  for (let pairs = 0; pairs < 4; pairs++) {
    store.consume([charge('careless', 1), charge('careless', 1)]);
    clock.advance(1);
  }
  const others = Array.from({ length: 20 }, (_, i) => `other${i}`);
  for (let call = 0; call < 2; call++) {
    for (const [i, other] of others.entries()) store.consume([charge(other, costOf(i))]);
    clock.advance(1);
  }
  const left = others.map((other) => store.peek([charge(other, 0)])[0]?.remaining);
  expect(left).toEqual(others.map((_, i) => LIMIT - 2 * costOf(i)));
  store.close();
});
