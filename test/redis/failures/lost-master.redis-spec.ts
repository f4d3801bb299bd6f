import { expectBroken } from './drill';
import type { Fleet } from './fleet';
import { expectNobodyConnected, expectNoKeyForEver, Scene } from './scene';
import { type RedisServer, type SentinelGroup, startSentinel } from '../../support/redis/index.mjs';

jest.setTimeout(90_000);

const scene = new Scene('A Sentinel master that is gone');
let group: SentinelGroup;
let fleet: Fleet;

beforeEach(async () => {
  group = scene.keep(await startSentinel({ password: 'secret' }));
  const sentinels = group.sentinelPorts.map((port) => `127.0.0.1:${port}`);
  fleet = await scene.fleet({ sentinels, name: group.masterName, password: 'secret' });
});
afterEach(() => scene.end());
afterAll(() => {
  scene.print();
});

const ways: readonly { readonly how: string; readonly takeAway: (master: RedisServer) => unknown }[] = [
  // Its connections stay open, and no RST ever comes.
  {
    how: 'paused',
    takeAway: (master) => {
      master.pause();
    },
  },
  { how: 'killed', takeAway: (master) => master.kill() },
];

test.each(ways)('$how, while a replica is promoted', async ({ takeAway }) => {
  const previous = await group.master();
  const outcome = await scene.drill(
    fleet,
    async () => {
      await takeAway(previous);
      await group.nextMaster(previous);
    },
    // What the replica had not got yet; of each key, at most its limit.
    { losses: 1 },
  );
  expectBroken(outcome);
  expect(outcome.statuses['closed 503']).toBeGreaterThan(0);
  const master = await group.master();
  expect(await master.cli('CLIENT', 'LIST')).toContain('name=floodgate');
  await expectNoKeyForEver(master);
  await fleet.close();
  await expectNobodyConnected(master);
});
