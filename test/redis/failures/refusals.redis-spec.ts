import { setTimeout as pause } from 'node:timers/promises';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { expectBroken } from './drill';
import type { Fleet } from './fleet';
import { expectNobodyConnected, expectNoKeyForEver, Scene } from './scene';

jest.setTimeout(30_000);

const PASSWORD = 'the-old-password';

const scene = new Scene('A Redis that answers, and refuses');
let server: RedisServer;
let fleet: Fleet;

const user = (...rules: readonly string[]) => server.cli('ACL', 'SETUSER', 'limiter', ...rules);

beforeEach(async () => {
  server = scene.keep(await startRedis());
  await user('on', `>${PASSWORD}`, '~rl:*', '+@all');
  fleet = await scene.fleet({ host: server.host, port: server.port, username: 'limiter', password: PASSWORD });
});
afterEach(async () => {
  expect(fleet.lines.join('\n')).not.toContain(PASSWORD);
  await expectNoKeyForEver(server);
  await fleet.close();
  await expectNobodyConnected(server);
  await scene.end();
});
afterAll(() => {
  scene.print();
});

test('its password changes, and changes back', async () => {
  const outcome = await scene.drill(fleet, async () => {
    await user('resetpass', '>another');
    await server.cli('CLIENT', 'KILL', 'USER', 'limiter');
    await pause(1_500);
    await user('resetpass', `>${PASSWORD}`);
  });
  expectBroken(outcome);
  // Once for each instance, however often it was tried.
  expect(fleet.lines.filter((line) => line.includes('refuses the login'))).toHaveLength(2);
});

test('the user loses one right after the other, and gets them back', async () => {
  const outcome = await scene.drill(fleet, async () => {
    await user('-evalsha');
    await pause(400);
    await user('+evalsha', '-hset');
    await pause(400);
    await user('+hset', 'resetkeys');
    await pause(400);
    await user('~rl:*');
  });
  expectBroken(outcome);
  // Redis does not say which command it was that a script may not run.
  for (const right of ['EVALSHA', 'a command', 'a key']) {
    expect(fleet.lines.filter((line) => line.includes(`denies ${right} to this user`))).toHaveLength(2);
  }
});

test('its memory is full', async () => {
  const outcome = await scene.drill(fleet, async () => {
    await server.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1');
    await pause(1_500);
    await server.cli('CONFIG', 'SET', 'maxmemory', '0');
  });
  expectBroken(outcome);
  expect(outcome.statuses['closed 503']).toBeGreaterThan(0);
});

test('scripts are flushed all the time', async () => {
  let flushes = 0;
  const outcome = await scene.drill(fleet, async () => {
    for (const endMs = performance.now() + 1_500; performance.now() < endMs; flushes++) {
      await server.cli('SCRIPT', 'FLUSH');
    }
  });
  expect(flushes).toBeGreaterThan(20);
  // Loaded again as often as needed: Redis still makes nearly every decision.
  const alone = outcome.greedy.filter(({ source }) => source === 'fallback').length;
  expect(alone).toBeLessThan(outcome.greedy.length / 10);
});

test('every connection is killed, again and again', async () => {
  const outcome = await scene.drill(fleet, async () => {
    for (let i = 0; i < 8; i++) {
      await server.cli('CLIENT', 'KILL', 'USER', 'limiter');
      await pause(150);
    }
  });
  expectBroken(outcome);
});
