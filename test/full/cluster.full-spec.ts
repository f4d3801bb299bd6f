import { expectBroken } from '../redis/failures/drill';
import type { Fleet } from '../redis/failures/fleet';
import { expectNobodyConnected, expectNoKeyForEver, Scene } from '../redis/failures/scene';
import { type RedisCluster, type RedisServer, startCluster } from '../support/redis/index.mjs';
import { until } from '../support/load-until';

jest.setTimeout(120_000);

const scene = new Scene('A Cluster that changes');
let cluster: RedisCluster;
let fleet: Fleet;

beforeEach(async () => {
  cluster = scene.keep(await startCluster({ replicas: 1 }));
  fleet = await scene.fleet({ nodes: cluster.ports.map((port) => `127.0.0.1:${port}`) });
});
afterEach(async () => {
  const masters = await cluster.masters();
  await expectNoKeyForEver(...masters);
  await fleet.close();
  for (const master of masters) await expectNobodyConnected(master);
  await scene.end();
});
afterAll(() => {
  scene.print();
});

/** A master that the load is using, and its keys. */
async function busyMaster(): Promise<{ master: RedisServer; keys: readonly string[] }> {
  for (const master of await cluster.masters()) {
    const keys = (await master.cli('KEYS', '*')).split('\n').filter(Boolean);
    if (keys.length > 0) return { master, keys };
  }
  throw new Error('No master has a key');
}

test('a master is killed, and its replica takes over', async () => {
  const outcome = await scene.drill(
    fleet,
    async () => {
      const { master } = await busyMaster();
      await master.kill();
      await until('the replica to take over', async () => {
        return !(await cluster.masters()).includes(master) && (await cluster.isWhole());
      });
    },
    { losses: 1 },
  );
  expectBroken(outcome);
  expect(outcome.greedy.filter(({ source }) => source === 'redis').length).toBeGreaterThan(0);
});

test('slots of busy keys move to another master and back', async () => {
  let moves = 0;
  const outcome = await scene.drill(fleet, async () => {
    const { master, keys } = await busyMaster();
    const other = (await cluster.masters()).find((node) => node !== master)!;
    // What instances tell one another is several keys of one slot.
    const slots = new Set(await Promise.all(keys.map((key) => cluster.slotOf(key))));
    for (const [from, to] of [
      [master, other],
      [other, master],
    ] as const) {
      for (const slot of slots) {
        await cluster.reshard([slot, slot], from, to, { pauseMs: 150 });
        moves++;
      }
    }
  });
  expect(moves).toBeGreaterThanOrEqual(2);
  // Most calls find their way.
  const alone = outcome.greedy.filter(({ source }) => source === 'fallback').length;
  expect(alone).toBeLessThan(outcome.greedy.length / 4);
});
