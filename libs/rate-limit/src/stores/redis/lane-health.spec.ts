import { setImmediate as turn } from 'node:timers/promises';
import { LaneHealth } from './lane-health';

const DEADLINE_MS = 100;

/** Its probes are answered by the test. */
function healthWithTest() {
  const states: string[] = [];
  const refused: boolean[] = [];
  const pings: { answer: () => void; fail: () => void }[] = [];
  let isConnected = true;
  const health = new LaneHealth(
    {
      node: 'test:6379',
      isCluster: false,
      deadlineMs: DEADLINE_MS,
      keyOf: (identity) => identity,
      nowMs: () => performance.now(),
      send: () => Promise.reject(new Error('not used here')),
      ping: () =>
        isConnected
          ? new Promise((answer, fail) => {
              const failed = new Error('Connection is closed.');
              pings.push({ answer: answer.bind(undefined, 'PONG'), fail: fail.bind(undefined, failed) });
            })
          : undefined,
      onStateChange: (state) => states.push(state),
    },
    ({ mayHaveExecuted }) => refused.push(mayHaveExecuted),
  );
  return { health, states, refused, pings, connect: (is: boolean) => (isConnected = is) };
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test('a probe that is answered in time ends the refusals', async () => {
  const { health, states, refused, pings } = healthWithTest();
  health.failed('one', 'silent');
  expect(health.refusal).toBeUndefined();
  health.failed('one', 'silent');
  expect(health.refusal).toMatchObject({ mayHaveExecuted: false, message: expect.stringContaining('silent') });
  expect(refused).toEqual([false]);
  jest.advanceTimersByTime(250);
  pings[0]!.answer();
  await turn();
  expect(health.refusal).toBeUndefined();
  expect(states).toEqual(['open', 'closed']);
  expect(jest.getTimerCount()).toBe(0);
});

test('probes go one at a time; one that is answered late is followed by another at once', async () => {
  const { health, states, pings } = healthWithTest();
  health.failed('lost', 'gone');
  jest.advanceTimersByTime(10_000);
  expect(pings).toHaveLength(1);
  pings[0]!.answer();
  await turn();
  expect(states).toEqual(['open']);
  jest.advanceTimersByTime(1);
  pings[1]!.answer();
  await turn();
  expect(states).toEqual(['open', 'closed']);
});

test('a probe that fails is followed by one a pause later', async () => {
  const { health, pings } = healthWithTest();
  health.failed('lost', 'gone');
  jest.advanceTimersByTime(250);
  pings[0]!.fail();
  await turn();
  jest.advanceTimersByTime(100);
  expect(pings).toHaveLength(1);
  jest.advanceTimersByTime(500);
  expect(pings).toHaveLength(2);
});

test('goes on probing where there was no connection to probe on', () => {
  const { health, pings, connect } = healthWithTest();
  connect(false);
  health.failed('lost', 'gone');
  jest.advanceTimersByTime(3_000);
  connect(true);
  jest.advanceTimersByTime(1_000);
  expect(pings).toHaveLength(1);
});

test('a probe that went down with its connection says nothing about the next one', async () => {
  const { health, pings } = healthWithTest();
  health.failed('lost', 'gone');
  jest.advanceTimersByTime(250);
  health.failed('lost', 'gone again');
  jest.advanceTimersByTime(1);
  expect(pings).toHaveLength(2);
  pings[0]!.fail();
  await turn();
  jest.advanceTimersByTime(5_000);
  expect(pings).toHaveLength(2);
});

test('an answer that came too late makes the next probe go at once', () => {
  const { health, pings } = healthWithTest();
  health.failed('lost', 'gone');
  health.answeredLate();
  jest.advanceTimersByTime(1);
  expect(pings).toHaveLength(1);
});

test('a connection made anew ends the refusals without a probe; after close nothing does', () => {
  const { health, states } = healthWithTest();
  health.failed('lost', 'gone');
  health.ready();
  expect(health.refusal).toBeUndefined();
  health.close();
  health.failed('lost', 'gone');
  health.ready();
  expect(health.refusal).toBeDefined();
  expect(states).toEqual(['open', 'closed']);
  expect(jest.getTimerCount()).toBe(0);
});
