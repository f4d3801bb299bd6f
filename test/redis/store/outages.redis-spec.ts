import { setTimeout as wait } from 'node:timers/promises';
import { quotaOf } from 'nest-floodgate/testing';
import { Load, type Timed } from '../../support/load';
import { latenciesOf } from '../../support/load-figures';
import { until } from '../../support/load-until';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { closeAll, connect, type RedisConnection, type RedisStore, storeOn } from './store-under-test';

jest.setTimeout(60_000);

const DEADLINE_MS = 100;
const RECOVERY_MS = 5_000;
const quota = quotaOf({ algorithm: 'token-bucket', limit: 1_000_000, per: '1h' });

let server: RedisServer;
let connection: RedisConnection;
let store: RedisStore;
let states: string[];
let unhandled: unknown[];
const note = (reason: unknown) => unhandled.push(reason);

beforeEach(async () => {
  unhandled = [];
  process.on('unhandledRejection', note);
  server = await startRedis();
  states = [];
  connection = await connect([server.port]);
  store = storeOn(connection, {
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
  readonly isAnswered: boolean;
}

const CALLS_PER_SECOND = 1_000;

async function decide(i: number): Promise<Outcome> {
  const isAnswered = await store.consume([{ bucketId: 'a', identity: `ip:${i % 50}`, quota, cost: 1 }]).then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
      return false;
    },
  );
  return { isAnswered };
}

/** Breaks Redis under a steady load, and mends it. What is seen of the breaker meanwhile does not change by itself. */
async function underLoad(breakIt: () => unknown, forMs: number, mendIt: () => unknown): Promise<void> {
  const load = new Load(CALLS_PER_SECOND, decide);
  await wait(300);
  // A machine that stood still may have opened it before.
  await until('a breaker that is closed', () => states.at(-1) !== 'open');
  const before = states.length;
  await breakIt();
  await wait(forMs);
  expect(states.slice(before)).toEqual(['open']);
  await mendIt();
  await recovery();
  await until('a breaker that is closed', () => states.at(-1) === 'closed');
  await wait(200);
  expectCalm(await load.stop());
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

function expectCalm(outcomes: readonly (Outcome & Timed)[]): void {
  expect(latenciesOf(outcomes).p99NetMs).toBeLessThan(DEADLINE_MS + 20);
  expect(outcomes.some(({ isAnswered }) => isAnswered)).toBe(true);
  expect(outcomes.some(({ isAnswered }) => !isAnswered)).toBe(true);
}

test('a frozen server: every decision within the deadline, one change of state each way, quick recovery', async () => {
  await underLoad(
    () => {
      server.pause();
    },
    1_500,
    () => {
      server.resume();
    },
  );
});

test('a killed server that comes back: the same', async () => {
  await underLoad(
    () => server.kill(),
    700,
    () => server.restart(),
  );
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
  const patient = storeOn(connection, { onStateChange: (_node, state) => states.push(state) });
  await server.cli('CONFIG', 'SET', 'maxmemory', '1', 'maxmemory-policy', 'noeviction');
  const charge = { bucketId: 'a', identity: 'ip:full', quota, cost: 1 };
  for (let i = 0; i < 5; i++) {
    await expect(patient.consume([charge])).rejects.toMatchObject({
      mayHaveExecuted: false,
      message: expect.stringMatching(/OOM.*maxmemory/),
    });
  }
  await server.cli('CONFIG', 'SET', 'maxmemory', '0');
  expect(await patient.consume([charge])).toMatchObject([{ granted: 1 }]);
  expect(states).toEqual([]);
});

test('close with decisions under way settles every one', async () => {
  const calls = Array.from({ length: 2_000 }, (_, i) => decide(i));
  await store.close();
  expect(await Promise.all(calls)).toHaveLength(2_000);
});
