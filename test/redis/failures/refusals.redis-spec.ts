import { setTimeout as pause } from 'node:timers/promises';
import Redis from 'ioredis';
import { until } from '../../support/load-until';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { expectBroken } from './drill';
import type { Fleet } from './fleet';
import { expectNobodyConnected, expectNoKeyForEver, Scene } from './scene';

jest.setTimeout(60_000);

const PASSWORD = 'the-old-password';

const scene = new Scene('A Redis that answers, and refuses');
let server: RedisServer;
let fleet: Fleet;

/** What every instance has logged. */
const told = (text: RegExp) => fleet.lines.filter((line) => text.test(line));
const untilAllTell = (text: RegExp) => until(`both instances to tell: ${text}`, () => told(text).length >= 2);

// Redis before 7.2 does not say which command it was that a script may not run.
const [NO_SCRIPT, NO_WRITE, NO_KEY] = [/denies EVALSHA to/, /denies (?:HSET|a command) to/, /denies a key to/];

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
    await untilAllTell(/refuses the login/);
    // Long enough to be tried again and again.
    await pause(1_200);
    await user('resetpass', `>${PASSWORD}`);
  });
  expectBroken(outcome);
  // Once for each instance, however often it was tried.
  expect(told(/refuses the login/)).toHaveLength(2);
});

test('the user loses one right after the other, and gets them back', async () => {
  const outcome = await scene.drill(fleet, async () => {
    await user('-evalsha');
    await untilAllTell(NO_SCRIPT);
    await user('+evalsha', '-hset');
    await untilAllTell(NO_WRITE);
    await user('+hset', 'resetkeys');
    await untilAllTell(NO_KEY);
    await pause(400);
    await user('~rl:*');
  });
  expectBroken(outcome);
  for (const refusal of [NO_SCRIPT, NO_WRITE, NO_KEY]) expect(told(refusal)).toHaveLength(2);
});

test('its memory is full', async () => {
  const outcome = await scene.drill(fleet, async () => {
    await server.cli('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1');
    await pause(1_500);
    await server.cli('CONFIG', 'SET', 'maxmemory', '0');
  });
  expectBroken(outcome);
  expect(outcome.statuses['closed 503']).toBeGreaterThan(0);
  // Each instance says once why Redis does not decide, and once that it does.
  await untilAllTell(/decides again/);
  expect(told(/decides again/)).toHaveLength(2);
  expect(told(/does not decide/)).toHaveLength(2);
  expect(told(/does not decide/)[0]).toMatch(/^\[Redis\] It does not decide: .*OOM/);
});

test('scripts are flushed all the time', async () => {
  const outcome = await scene.drill(fleet, async () => {
    // By one client: starting redis-cli each time would cost the machine more than Redis.
    const client = new Redis(server.url);
    for (let flush = 0; flush < 60; flush++) {
      await client.script('FLUSH');
      await pause(20);
    }
    client.disconnect();
  });
  // Loaded again as often as needed: Redis still makes nearly every decision. Were it not, half of them would be made
  // without it; a busy machine costs some, as it can make any decision miss its deadline.
  const alone = outcome.greedy.filter(({ source }) => source === 'fallback').length;
  expect(alone).toBeLessThan(outcome.greedy.length / 4);
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
