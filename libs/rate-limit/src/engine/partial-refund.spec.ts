import { Problems } from '../core/problems';
import { MemoryStore } from '../stores/memory/memory-store';
import { FakeClock } from '../testing';
import { ResilientStore } from './failure/resilient-store';
import { unreachableStore } from './failure/unreachable-store.spec-support';
import { KeyLimiter } from './key-limiter';
import { PolicyRegistry } from './policy-registry';
import { WaitingLines } from './waiting-lines';

const clock = new FakeClock();
let local: MemoryStore;
beforeEach(() => {
  local = new MemoryStore({ clock });
});
afterEach(() => {
  local.close();
});

function limiterOf(instances: number): KeyLimiter<unknown> {
  const registry = new PolicyRegistry<unknown>();
  const problems = new Problems();
  registry.add('plan', 'policies.plan', { limit: 10, per: '1m' }, problems);
  problems.throwIfAny();
  const store = new ResilientStore({
    remote: unreachableStore,
    local,
    clock,
    deadlineMs: 100,
    instances: () => instances,
  });
  const defaultKey = { kind: 'key', resolve: () => 'ann' };
  return new KeyLimiter({ store, registry, defaultKey, digest: String, lines: new WaitingLines() });
}

test.each([
  [1, 10],
  [2, 5],
])(
  'of a partial grant made without the store by one of %d, all %d units can be given back',
  async (instances, share) => {
    const limiter = limiterOf(instances);
    const decision = await limiter.consume('plan', 'ann', { cost: 100, partial: true });
    expect(decision).toMatchObject({ cost: 100, granted: share, remaining: 0 });
    expect(await limiter.refund(decision, 3)).toBe(3);
    expect(await limiter.peek('plan', 'ann')).toMatchObject({ remaining: 3 });
    expect(await limiter.refund(decision)).toBe(share - 3);
    expect(await limiter.peek('plan', 'ann')).toMatchObject({ remaining: share });
  },
);
