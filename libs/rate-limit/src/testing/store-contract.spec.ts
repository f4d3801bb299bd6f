import type { Charge, RateLimitStore } from '../core/store';
import type { FakeClock } from './fake-clock';
import { SharedMemory } from './shared-memory';
import { type ContractRunner, describeStoreContract, type StoreFactory } from './store-contract';

type Body = () => Promise<void>;

/** Runs the suite and returns the names of the tests that fail. */
async function failuresOf(makeStore: StoreFactory): Promise<string[]> {
  const failed: string[] = [];
  const runs: Body[] = [];
  const hooks: { before: Body[]; after: Body[] } = { before: [], after: [] };
  const runner: ContractRunner = {
    describe(_name, body) {
      const [before, after] = [[...hooks.before], [...hooks.after]];
      body();
      Object.assign(hooks, { before, after });
    },
    beforeEach: (body) => hooks.before.push(body),
    afterEach: (body) => hooks.after.push(body),
    it: (name, body) => {
      const steps = [...hooks.before, body, ...hooks.after];
      runs.push(async () => {
        try {
          for (const step of steps) await step();
        } catch {
          failed.push(name);
        }
      });
    },
    expect,
  };
  describeStoreContract('it', makeStore, runner);
  for (const run of runs) await run();
  return failed;
}

/** A store that sees another charge than it is asked for. */
function seeing(change: (charge: Charge) => Charge): StoreFactory {
  return (clock) => {
    const store = new SharedMemory({ clock });
    return {
      source: store.source,
      consume: (charges) => store.consume(charges.map(change)),
      consumeUpTo: (charge) => store.consumeUpTo(change(charge)),
      peek: (charges) => store.peek(charges.map(change)),
      refund: (charge, units, mark) => store.refund(change(charge), units, mark),
      reset: (bucketId, identity) => {
        store.reset(bucketId, identity);
      },
    };
  };
}

/** A store that differs from one that keeps the contract. */
function differing(change: (store: SharedMemory) => Partial<RateLimitStore>): StoreFactory {
  return (clock: FakeClock) => {
    const store = new SharedMemory({ clock });
    return Object.assign(Object.create(store) as SharedMemory, change(store));
  };
}

test('a store that keeps the contract passes', async () => {
  expect(await failuresOf((clock) => new SharedMemory({ clock }))).toEqual([]);
});

const eachAlgorithm = (name: string): string[] =>
  ['sliding-window', 'token-bucket', 'fixed-window'].map((algorithm) => `${algorithm}: ${name}`);

test.each<[string, StoreFactory, string[]]>([
  [
    'takes the limit of a token bucket for its burst',
    seeing((charge) => ({ ...charge, quota: { ...charge.quota, capacity: charge.quota.limit } })),
    ['admits the burst of a token bucket at once, and then its rate'],
  ],
  [
    'knows no calendar',
    seeing((charge) => ({ ...charge, quota: { ...charge.quota, calendar: undefined } as object as Charge['quota'] })),
    ['ends windows of the calendar when they end in their time zone'],
  ],
  [
    'forgives what is owed',
    seeing((charge) => ({ ...charge, owed: [] })),
    eachAlgorithm('charges what is owed before it decides, unless it is in this process'),
  ],
  ['has a source of its own', differing(() => ({ source: 'postgres' as 'redis' })), ['names a source of decisions']],
  [
    'reads, waits and writes in a partial grant',
    differing((store) => ({
      consumeUpTo: async (charge) => {
        const granted = Math.min(charge.cost, store.peek([charge])[0]?.remaining ?? 0);
        await Promise.resolve();
        return { ...store.consumeUpTo(charge), granted };
      },
    })),
    eachAlgorithm('never grants more than the limit to parallel calls for a part'),
  ],
])('a store that %s is found out', async (_title, makeStore, failures) => {
  expect(await failuresOf(makeStore)).toEqual(failures);
});
