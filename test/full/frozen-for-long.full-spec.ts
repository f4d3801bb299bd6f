import { setTimeout as pause } from 'node:timers/promises';
import { expectBroken } from '../redis/failures/drill';
import { expectNobodyConnected, expectNoKeyForEver, Scene } from '../redis/failures/scene';
import { startRedis } from '../support/redis/index.mjs';

jest.setTimeout(90_000);

const scene = new Scene('One Redis, frozen for long');
afterEach(() => scene.end());
afterAll(() => {
  scene.print();
});

test('frozen for 10 s', async () => {
  const server = scene.keep(await startRedis());
  const fleet = await scene.fleet({ host: server.host, port: server.port });
  const outcome = await scene.drill(fleet, async () => {
    server.pause();
    await pause(10_000);
    server.resume();
  });
  expectBroken(outcome);
  expect(outcome.statuses['closed 503']).toBeGreaterThan(0);
  // Lost and back, once for each of two instances; not a line for each of thousands of decisions.
  expect(fleet.lines.filter((line) => /^\[Redis\] .* (?:lost|recovered)/.test(line))).toHaveLength(4);
  await expectNoKeyForEver(server);
  await fleet.close();
  await expectNobodyConnected(server);
});
