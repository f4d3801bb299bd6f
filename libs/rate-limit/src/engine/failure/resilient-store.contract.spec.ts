import { StoreUnavailableError } from '../../core/errors';
import type { Charge, RateLimitStore, Verdict } from '../../core/store';
import { MemoryStore } from '../../stores/memory/memory-store';
import { describeStoreContract, type FakeClock } from '../../testing';
import { SharedMemory } from '../../testing/shared-memory';
import { localMark } from './local-fallback';
import { ResilientStore } from './resilient-store';

const unreachable = () => Promise.reject(new StoreUnavailableError('not connected', false));

function resilient(clock: FakeClock, remote: Omit<RateLimitStore, 'source'>): ResilientStore {
  const local = new MemoryStore({ clock });
  return new ResilientStore({
    remote: { source: 'redis', ...remote },
    local,
    clock,
    deadlineMs: 10_000,
    instances: () => 1,
  });
}

describeStoreContract('a resilient store around one that answers', (clock) => {
  const shared = new SharedMemory({ clock });
  return resilient(clock, {
    consume: (charges) => Promise.resolve(shared.consume(charges)),
    consumeUpTo: (charge) => Promise.resolve(shared.consumeUpTo(charge)),
    peek: (charges) => Promise.resolve(shared.peek(charges)),
    refund: (charge, units, mark) => Promise.resolve(shared.refund(charge, units, mark)),
    reset: (bucketId, identity) => {
      shared.reset(bucketId, identity);
    },
  });
});

/** The store's own verdict, without what tells that it comes from a fallback. */
function plain({ source, ...verdict }: Verdict): Verdict {
  expect(source).toBe('fallback');
  return { ...verdict, mark: localMark(verdict.mark) };
}

describeStoreContract('the only instance of a store that is gone', (clock) => {
  const store = resilient(clock, {
    consume: unreachable,
    consumeUpTo: unreachable,
    peek: unreachable,
    refund: unreachable,
    reset: () => undefined,
  });
  return {
    // Nothing is owed to it: it is what decides in another's place.
    source: 'memory',
    consume: async (charges) => (await store.consume(charges)).map(plain),
    consumeUpTo: async (charge) => plain(await store.consumeUpTo(charge)),
    peek: async (charges) => (await store.peek(charges)).map(plain),
    refund: (charge: Charge, units, mark) => store.refund(charge, units, localMark(mark)),
    reset: (bucketId, identity) => store.reset(bucketId, identity),
    close: () => store.close(),
  };
});
