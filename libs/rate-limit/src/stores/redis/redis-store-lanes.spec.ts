import type { RedisConnection } from './connection/redis-connection';
import { RedisStoreLanes } from './redis-store-lanes';

const MINUTE_MS = 60_000;

/** A Cluster whose master `gone` has been taken out of it. */
function clusterWithTest() {
  const states: string[] = [];
  const connection = {
    client: {},
    isCluster: true,
    isReady: true,
    nodeOf: () => 'gone:6379',
    clientOf: () => undefined,
    onStateChange: () => undefined,
  };
  const lanes = new RedisStoreLanes({
    connection: connection as unknown as RedisConnection,
    keyOf: (identity) => identity,
    deadlineMs: 100,
    onStateChange: (node, state, reason) => states.push(`${node} ${state}: ${reason}`),
    nowMs: () => performance.now(),
    nowTicks: undefined,
  });
  return { connection, lanes, states };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('a master that has left a Cluster is not left alone for ever, but forgotten, and that is told', () => {
  const { lanes, states } = clusterWithTest();
  const lane = lanes.of(0);
  lane.lost('it is gone');
  jest.advanceTimersByTime(MINUTE_MS - 5_000);
  expect(states).toEqual(['gone:6379 open: it is gone']);
  jest.advanceTimersByTime(10_000);
  expect(states.slice(1)).toEqual(['gone:6379 closed: it has left the cluster']);
  expect(lanes.of(0)).not.toBe(lane);
  expect(jest.getTimerCount()).toBe(0);
});

test('while there is no connection, nobody knows who has left', () => {
  const { connection, lanes, states } = clusterWithTest();
  const lane = lanes.of(0);
  connection.isReady = false;
  lane.lost('the connection was lost');
  jest.advanceTimersByTime(10 * MINUTE_MS);
  expect(states).toHaveLength(1);
  expect(lanes.of(0)).toBe(lane);
});
