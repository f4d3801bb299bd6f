import { setTimeout as wait } from 'node:timers/promises';
import { quotaOf } from 'nest-floodgate/testing';
import { type RedisCluster, startCluster } from '../../support/redis/index.mjs';
import { closeAll, connect, RedisKeys, type RedisStore, storeOn } from './store-under-test';

jest.setTimeout(120_000);

const LIMIT = 200;
/** How long the nodes of a Cluster may take to replace a master. They do that themselves, and we promise nothing of it. */
const ELECTION_MS = 30_000;
const quota = quotaOf({ algorithm: 'token-bucket', limit: LIMIT, per: '1d' });
const identities = Array.from({ length: 60 }, (_, i) => `ip:${i}`);

let cluster: RedisCluster;
afterEach(async () => {
  await closeAll();
  await cluster.stop();
});

/** Decisions on all identities in turn until told to end. Returns what was admitted of each, and the failures. */
function load(store: RedisStore) {
  const running = { isOver: false };
  const admitted = new Map<string, number>();
  const failures: Error[] = [];
  const one = async (identity: string) => {
    try {
      const [verdict] = await store.consume([{ bucketId: 'a', identity, quota, cost: 1 }]);
      admitted.set(identity, (admitted.get(identity) ?? 0) + verdict!.granted);
    } catch (error) {
      failures.push(error as Error);
    }
  };
  const done = (async () => {
    while (!running.isOver) {
      await Promise.all(identities.map(one));
      await wait(3);
    }
  })();
  return {
    end: async () => {
      running.isOver = true;
      await done;
      return { admitted, failures };
    },
  };
}

test('slots that move under load: no decision fails, none is made twice, new nodes learn the script', async () => {
  cluster = await startCluster();
  const store = storeOn(await connect(cluster.ports, true), { deadlineMs: 5_000 });
  const running = load(store);
  await wait(200);
  const keys = new RedisKeys({ prefix: 'rl', secret: undefined, readableKeys: false });
  const slot = await cluster.slotOf(keys.keyOf(identities[0]!));
  const from = (await cluster.ownerOf(slot))!;
  const to = (await cluster.masters()).find(({ port }) => port !== from.port)!;
  await to.cli('SCRIPT', 'FLUSH');
  await cluster.reshard([slot, slot], from, to, { pauseMs: 150 });
  await wait(200);
  const { admitted, failures } = await running.end();
  expect(failures).toEqual([]);
  for (const [identity, units] of admitted) {
    expect(units).toBeLessThanOrEqual(LIMIT);
    const [verdict] = await store.peek([{ bucketId: 'a', identity, quota, cost: 0 }]);
    expect(verdict!.remaining).toBe(LIMIT - units);
  }
});

test('a killed master: the other nodes go on, and its replica takes over without a restart', async () => {
  // By default all nodes refuse once a master is known to be dead, until it is replaced: one moment sooner or later.
  cluster = await startCluster({ replicas: 1, args: ['--cluster-require-full-coverage', 'no'] });
  const states: string[] = [];
  const store = storeOn(await connect(cluster.ports, true), {
    deadlineMs: 200,
    onStateChange: (_node, state) => states.push(state),
  });
  const running = load(store);
  await wait(300);
  const [master] = await cluster.masters();
  await master!.kill();
  await wait(500);
  const startMs = performance.now();
  const probes = async () =>
    (
      await Promise.allSettled(
        identities.map(async (identity) => store.peek([{ bucketId: 'a', identity, quota, cost: 0 }])),
      )
    ).filter(({ status }) => status === 'rejected').length;
  expect(await probes()).toBeLessThan(identities.length);
  while ((await probes()) > 0) {
    expect(performance.now() - startMs).toBeLessThan(ELECTION_MS);
    await wait(50);
  }
  const { admitted } = await running.end();
  expect(states[0]).toBe('open');
  expect(states.length).toBeLessThan(10);
  expect(admitted.size).toBe(identities.length);
});
