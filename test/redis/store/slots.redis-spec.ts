import fc from 'fast-check';
import { type AlgorithmName, FakeClock, quotaOf, TICKS_PER_MS } from 'nest-floodgate/testing';
import { type RedisCluster, startCluster } from '../../support/redis/index.mjs';
import { closeAll, connect, type RedisConnection, type RedisStore, storeOn } from './store-under-test';

jest.setTimeout(120_000);

const ALGORITHMS: readonly AlgorithmName[] = ['token-bucket', 'sliding-window', 'fixed-window'];
const LIMIT = 5;
const PER_MS = 1_000;

let cluster: RedisCluster;
let connection: RedisConnection;
let series = 0;

beforeAll(async () => {
  cluster = await startCluster();
  connection = await connect(cluster.ports, true);
});
afterAll(async () => {
  await closeAll();
  await cluster.stop();
});

interface Grant {
  /** The mark of the verdict: when it was charged, or for a fixed window, that window. */
  readonly mark: number;
  readonly units: number;
}

const call = fc.record({
  pauseMs: fc.integer({ min: 0, max: PER_MS / 2 }),
  /** Passes with each script, so that a refund comes later than its charge. */
  scriptMs: fc.integer({ min: 0, max: PER_MS / 5 }),
  /** Calls that run at the same time, so that their charges and refunds interleave. */
  together: fc.array(
    fc.record({
      user: fc.integer({ min: 0, max: 1 }),
      /** Round trips it starts after the first, so that it falls between a charge of another and its refund. */
      after: fc.integer({ min: 0, max: 2 }),
      costs: fc.tuple(fc.integer({ min: 0, max: LIMIT }), fc.integer({ min: 0, max: LIMIT })),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

describe.each(ALGORITHMS)('%s over several slots', (algorithm) => {
  const quota = quotaOf({ algorithm, limit: LIMIT, per: PER_MS });

  test('refunds admit nobody beyond the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 3, maxLength: 15, size: 'max' }), async (calls) => {
        const clock = new FakeClock();
        let scriptMs = 0;
        const nowTicks = () => {
          clock.advance(scriptMs);
          return clock.nowTicks();
        };
        const store: RedisStore = storeOn(connection, { nowTicks });
        const bucketId = `${algorithm}:${series++}`;
        const grants = new Map<string, Grant[]>();
        for (const { pauseMs, together, ...passing } of calls) {
          clock.advance(pauseMs);
          scriptMs = passing.scriptMs;
          const decisions = together.map(async ({ user, after, costs }) => {
            const charges = [`ip:all`, `user:${user}`].map((identity, i) => ({
              bucketId,
              identity,
              quota,
              cost: costs[i]!,
            }));
            for (let trip = 0; trip < after; trip++) await store.peek(charges);
            const verdicts = await store.consume(charges);
            const isAllowed = verdicts.every(({ outcome }) => outcome === 'allowed');
            charges.forEach(({ identity, cost }, i) => {
              expect(verdicts[i]!.granted).toBe(isAllowed ? cost : 0);
              if (!isAllowed) return;
              const list = grants.get(identity) ?? [];
              grants.set(identity, list);
              if (cost > 0) list.push({ mark: verdicts[i]!.mark, units: cost });
            });
          });
          await Promise.all(decisions);
        }
        for (const list of grants.values()) {
          checkBound(
            algorithm,
            list.sort((a, b) => a.mark - b.mark),
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  test('a refusal in one slot leaves the other as it was, and says so', async () => {
    const clock = new FakeClock();
    const store = storeOn(connection, { nowTicks: () => clock.nowTicks() });
    const charge = (identity: string, cost: number) => ({ bucketId: `${algorithm}:${series}`, identity, quota, cost });
    series++;
    await store.consume([charge('ip:1', 1)]);
    await store.consume([charge('user:1', LIMIT)]);
    expect(await store.consume([charge('ip:1', 2), charge('user:1', 1)])).toMatchObject([
      { outcome: 'allowed', granted: 0, remaining: LIMIT - 1, retryTicks: 0 },
      { outcome: 'denied', granted: 0, remaining: 0 },
    ]);
    expect(await store.peek([charge('user:1', 0), charge('ip:1', 0)])).toMatchObject([
      { remaining: 0 },
      { remaining: LIMIT - 1 },
    ]);
  });
});

/** What may be admitted from one grant to another, both included. */
function mostBetween(algorithm: AlgorithmName, from: Grant, to: Grant): number {
  const ticks = to.mark - from.mark;
  if (algorithm === 'token-bucket') return LIMIT + (ticks * LIMIT) / (PER_MS * TICKS_PER_MS);
  const isWithin = algorithm === 'sliding-window' ? ticks < PER_MS * TICKS_PER_MS : ticks === 0;
  return isWithin ? LIMIT : Infinity;
}

function checkBound(algorithm: AlgorithmName, grants: readonly Grant[]): void {
  grants.forEach((from, i) => {
    let units = 0;
    for (const to of grants.slice(i)) {
      units += to.units;
      expect(units).toBeLessThanOrEqual(mostBetween(algorithm, from, to));
    }
  });
}
