import { newAddress } from '../../support/client';
import { FigureTable } from '../../support/load-figures';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';
import { expectNoKeyForEver } from '../failures/scene';
import { CHAT_LIMIT, Samples } from '../../support/samples';

jest.setTimeout(60_000);

const ROUNDS = 50;
const table = new FigureTable('Processes that share one Redis');
let server: RedisServer;
let samples: Samples;

beforeAll(async () => {
  server = await startRedis();
});
afterEach(async () => {
  await samples.stop();
  expect(samples.complaints).toEqual([]);
});
afterAll(async () => {
  await expectNoKeyForEver(server);
  await server.stop();
  table.print();
});

/** How many of some requests of one client were answered with which status. */
async function statusesOf(count: number, turnOf: (index: number) => number): Promise<Record<number, number>> {
  const address = newAddress();
  const counts: Record<number, number> = {};
  const statuses = Array.from({ length: count }, (_, i) => samples.chat(turnOf(i), address));
  for (const status of await Promise.all(statuses)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** The same rounds of interleaving in every run. */
function* noise(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state;
  }
}

test(`two processes: 100 requests of a client pass, however they interleave, ${ROUNDS} times in a row`, async () => {
  samples = await Samples.start(2, server);
  const random = noise(1);
  const startMs = performance.now();
  for (let round = 0; round < ROUNDS; round++) {
    // In turns; at random; first all to one and then all to the other.
    const turnOf = [(i: number) => i, () => random.next().value, (i: number) => Math.floor(i / 75)][round % 3]!;
    expect([round, await statusesOf(150, turnOf)]).toEqual([round, { 200: CHAT_LIMIT, 429: 50 }]);
  }
  table.add('2 processes', {
    requests: ROUNDS * 150,
    rounds: ROUNDS,
    'passed a round': CHAT_LIMIT,
    seconds: since(startMs),
  });
});

test('four processes: of a burst of 1,000 requests exactly 100 pass', async () => {
  samples = await Samples.start(4, server);
  const bursts = 5;
  const startMs = performance.now();
  for (let burst = 0; burst < bursts; burst++) {
    expect(await statusesOf(1_000, (i) => i)).toEqual({ 200: CHAT_LIMIT, 429: 900 });
  }
  table.add('4 processes', {
    requests: bursts * 1_000,
    rounds: bursts,
    'passed a round': CHAT_LIMIT,
    seconds: since(startMs),
  });
});

const since = (startMs: number): string => ((performance.now() - startMs) / 1_000).toFixed(1);
