import { type SentinelGroup, startSentinel } from '../../support/redis/index.mjs';
import { until } from '../../support/load-until';
import type { Fleet } from './fleet';
import { expectNobodyConnected, expectNoKeyForEver, Scene } from './scene';

jest.setTimeout(90_000);

const scene = new Scene('An orderly failover');
let group: SentinelGroup;
let fleet: Fleet;

beforeEach(async () => {
  group = scene.keep(await startSentinel({ password: 'secret' }));
  const sentinels = group.sentinelPorts.map((port) => ({ host: '127.0.0.1', port }));
  fleet = await scene.fleet({ sentinels, name: group.masterName, password: 'secret' });
});
afterEach(async () => {
  const master = await group.master();
  await expectNoKeyForEver(master);
  await fleet.close();
  await expectNobodyConnected(master);
  await scene.end();
});
afterAll(() => {
  scene.print();
});

test('Sentinels make a replica the master', async () => {
  const previous = await group.master();
  const failOver = async () => {
    await group.failover();
    // Until then it takes calls as before, and what it is told is lost.
    await until('the old master to follow', async () => (await previous.cli('ROLE')).startsWith('slave'));
  };
  await scene.drill(fleet, failOver, { losses: 1 });
  // It was the new master that answered again.
  const master = await group.master();
  expect(master.port).not.toBe(previous.port);
  expect(await master.cli('CLIENT', 'LIST')).toContain('name=floodgate');
});
