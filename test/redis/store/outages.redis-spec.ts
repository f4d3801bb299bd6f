import { setTimeout as wait } from 'node:timers/promises';
import { quotaOf } from 'nest-floodgate/testing';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { closeAll, connect, type RedisStore, storeOn } from './store-under-test';

jest.setTimeout(60_000);

const DEADLINE_MS = 100;
const RECOVERY_MS = 5_000;
const quota = quotaOf({ algorithm: 'token-bucket', limit: 1_000_000, per: '1h' });

let server: RedisServer;
let store: RedisStore;
let states: string[];
let unhandled: unknown[];
const note = (reason: unknown) => unhandled.push(reason);

beforeEach(async () => {
  unhandled = [];
  process.on('unhandledRejection', note);
  server = await startRedis();
  states = [];
  store = storeOn(await connect([server.port]), {
    deadlineMs: DEADLINE_MS,
    onStateChange: (_node, state) => states.push(state),
  });
});
afterEach(async () => {
  await closeAll();
  await server.stop();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

interface Outcome {
  readonly tookMs: number;
  readonly isAnswered: boolean;
}

async function decide(i: number): Promise<Outcome> {
  const startMs = performance.now();
  const isAnswered = await store.consume([{ bucketId: 'a', identity: `ip:${i % 50}`, quota, cost: 1 }]).then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      return false;
    },
  );
  return { tookMs: performance.now() - startMs, isAnswered };
}

/** A steady load, until told to end. */
function load() {
  const running = { isOver: false };
  const outcomes: Promise<Outcome>[] = [];
  const done = (async () => {
    for (let i = 0; !running.isOver; i++) {
      for (let j = 0; j < 5; j++) outcomes.push(decide(5 * i + j));
      await wait(5);
    }
    return Promise.all(outcomes);
  })();
  return {
    end: () => {
      running.isOver = true;
      return done;
    },
  };
}

/** How long it takes until a decision is answered. */
async function recovery(): Promise<number> {
  const startMs = performance.now();
  while (!(await decide(0)).isAnswered) {
    if (performance.now() - startMs > RECOVERY_MS) throw new Error(`no recovery within ${RECOVERY_MS} ms`);
    await wait(5);
  }
  return performance.now() - startMs;
}

function expectCalm(outcomes: readonly Outcome[]): void {
  const times = outcomes.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  expect(times[Math.floor(0.99 * times.length)]).toBeLessThan(DEADLINE_MS + 20);
  expect(outcomes.some(({ isAnswered }) => isAnswered)).toBe(true);
  expect(outcomes.some(({ isAnswered }) => !isAnswered)).toBe(true);
}

test('a frozen server: every decision within the deadline, one change of state each way, quick recovery', async () => {
  const running = load();
  await wait(300);
  server.pause();
  await wait(1_500);
  server.resume();
  await recovery();
  await wait(200);
  expectCalm(await running.end());
  expect(states).toEqual(['open', 'closed']);
});

test('a killed server that comes back: the same', async () => {
  const running = load();
  await wait(300);
  await server.kill();
  await wait(700);
  await server.restart();
  await recovery();
  await wait(200);
  expectCalm(await running.end());
  expect(states).toEqual(['open', 'closed']);
});

test('a decision that timed out is not sent again', async () => {
  await decide(1);
  server.pause();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => decide(7)));
  expect(outcomes.every(({ isAnswered }) => !isAnswered)).toBe(true);
  server.resume();
  await recovery();
  const [verdict] = await store.peek([{ bucketId: 'a', identity: 'ip:7', quota, cost: 0 }]);
  expect(quota.capacity - verdict!.remaining).toBeLessThanOrEqual(20);
});

test('full memory is told in words, and opens no breaker', async () => {
  await decide(1);
  await server.cli('CONFIG', 'SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
  const charge = { bucketId: 'a', identity: 'ip:full', quota, cost: 1 };
  for (let i = 0; i < 5; i++) {
    await expect(store.consume([charge])).rejects.toMatchObject({
      mayHaveExecuted: false,
      message: expect.stringMatching(/OOM.*maxmemory/),
    });
  }
  await server.cli('CONFIG', 'SET', 'maxmemory', '0');
  expect(await store.consume([charge])).toMatchObject([{ granted: 1 }]);
  expect(states).toEqual([]);
});

test('close with decisions under way settles every one', async () => {
  const calls = Array.from({ length: 2_000 }, (_, i) => decide(i));
  await store.close();
  expect(await Promise.all(calls)).toHaveLength(2_000);
});
