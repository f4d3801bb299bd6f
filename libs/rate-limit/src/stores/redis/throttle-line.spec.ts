import { setImmediate as turn } from 'node:timers/promises';
import { ThrottleLine } from './throttle-line';
import type { ThrottleGroup, ThrottleReply } from './throttle-wire';

const DEADLINE_MS = 100;

/** A line to nowhere: what it sends is answered by the test, on a clock that the test moves. */
function lineWithTest() {
  const sent: { size: number; answer: () => void }[] = [];
  let nowMs = 0;
  const line = new ThrottleLine({
    node: 'test:6379',
    deadlineMs: DEADLINE_MS,
    nowMs: () => nowMs,
    send: (groups) =>
      new Promise((resolve) => {
        const answer = (): void => {
          resolve(groups.map((): readonly ThrottleReply[] => []));
        };
        sent.push({ size: groups.length, answer });
      }),
  });
  const outcomes: string[] = [];
  const group: ThrottleGroup = [];
  const addMany = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const resolve = (): void => void outcomes.push('answered');
      const reject = ({ message }: Error): void => void outcomes.push(message);
      line.add({ group, slot: 0, raisedAtMs: nowMs, resolve, reject });
    }
  };
  return { sizes: () => sent.map(({ size }) => size), sent, outcomes, addMany, pass: (ms: number) => (nowMs += ms) };
}

/** Ends the callback of the event loop that is running, but not its turn. */
const callback = (): Promise<void> => new Promise(process.nextTick);

test('the few of one turn of the event loop go together at its end', async () => {
  const { sizes, addMany } = lineWithTest();
  addMany(10);
  await callback();
  addMany(13);
  await callback();
  expect(sizes()).toEqual([]);
  await turn();
  expect(sizes()).toEqual([23]);
});

test('of many the first go to a Redis without work while the turn goes on, and the others at its end', async () => {
  const { sizes, sent, outcomes, addMany } = lineWithTest();
  for (let request = 0; request < 60; request++) {
    addMany(1);
    await callback();
  }
  expect(sizes()).toEqual([24]);
  await turn();
  expect(sizes()).toEqual([24, 36]);
  sent[0]?.answer();
  sent[1]?.answer();
  await turn();
  expect(outcomes).toEqual(Array(60).fill('answered'));
});

test('what one callback raises goes together, at most 128 at once and two batches, and the rest collects', async () => {
  const { sizes, sent, addMany } = lineWithTest();
  addMany(300);
  await turn();
  expect(sizes()).toEqual([128, 128]);
  addMany(20);
  await turn();
  expect(sizes()).toEqual([128, 128]);
  sent[0]?.answer();
  await turn();
  await turn();
  expect(sizes()).toEqual([128, 128, 64]);
});

test('what came too late for its deadline is not sent with those behind it', async () => {
  const { sizes, outcomes, addMany, pass } = lineWithTest();
  addMany(10);
  pass(DEADLINE_MS);
  addMany(14);
  await callback();
  expect(sizes()).toEqual([14]);
  expect(outcomes).toHaveLength(10);
  expect(outcomes[0]).toContain('test:6379');
});
