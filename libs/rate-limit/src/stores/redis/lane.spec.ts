import { setImmediate as turn } from 'node:timers/promises';
import { DEADLINE_MS, laneWithTest } from './lane.spec-support';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Fires timers, and then what they left to the next turn of the event loop. */
async function pass(ms: number): Promise<void> {
  jest.advanceTimersByTime(ms);
  await turn();
  await turn();
}

describe('batches', () => {
  test('what is raised in one turn of the event loop goes together', async () => {
    const { sent, decideMany } = laneWithTest();
    void decideMany(3);
    expect(sent).toHaveLength(0);
    await turn();
    expect(sent.map(({ keys }) => keys)).toEqual([['k0', 'k1', 'k2']]);
  });

  test('of many the first 24 go to a Redis without work while the turn goes on, and the others at its end', async () => {
    const { sent, decide } = laneWithTest();
    for (let i = 0; i < 60; i++) {
      void decide(`k${i}`);
      await new Promise(process.nextTick);
    }
    expect(sent.map(({ keys }) => keys.length)).toEqual([24]);
    await turn();
    expect(sent.map(({ keys }) => keys.length)).toEqual([24, 36]);
  });

  test('at most 128 asks go together, and at most two batches are on their way', async () => {
    const { sent, decideMany } = laneWithTest();
    const decisions = decideMany(400);
    await turn();
    expect(sent.map(({ keys }) => keys.length)).toEqual([128, 128]);
    sent[0]!.answer();
    await pass(0);
    expect(sent.map(({ keys }) => keys.length)).toEqual([128, 128, 128]);
    for (const batch of [1, 2, 3]) {
      sent[batch]!.answer();
      await pass(0);
    }
    expect(sent.map(({ keys }) => keys.length)).toEqual([128, 128, 128, 16]);
    expect(new Set(await Promise.all(decisions))).toEqual(new Set(['answered']));
  });

  test('in a cluster each slot has a script of its own, all sent at once', async () => {
    const { sent, decide } = laneWithTest(true);
    const decisions = [decide('a', 1), decide('b', 2), decide('c', 1), decide('d', 3)];
    await turn();
    expect(sent.map(({ keys }) => keys)).toEqual([['a', 'c'], ['b'], ['d']]);
    sent[2]!.answer();
    expect(await decisions[3]).toBe('answered');
    sent[0]!.answer();
    sent[1]!.fail('ERR no hash');
    expect(await Promise.all(decisions)).toEqual(['answered', 'may have executed', 'answered', 'answered']);
  });

  test('a full queue refuses at once', async () => {
    const { decide, decideMany } = laneWithTest();
    void decideMany(10_000);
    expect(await decide('late')).toBe('never sent');
  });
});

describe('deadlines', () => {
  test('what is not answered in time rejects, what still waits was never sent', async () => {
    const { decideMany } = laneWithTest();
    const decisions = decideMany(300);
    await turn();
    await pass(DEADLINE_MS - 1);
    await pass(2);
    const outcomes = await Promise.all(decisions);
    expect(outcomes.filter((outcome) => outcome === 'may have executed')).toHaveLength(256);
    expect(outcomes.filter((outcome) => outcome === 'never sent')).toHaveLength(44);
  });

  test('counts from when a decision was raised, not from when it was sent', async () => {
    const { sent, decideMany } = laneWithTest();
    void decideMany(256);
    await turn();
    const waiting = decideMany(1, 'waiting');
    await pass(DEADLINE_MS / 2);
    sent[0]!.answer();
    await pass(0);
    expect(sent).toHaveLength(3);
    await pass(DEADLINE_MS / 2 + 1);
    expect(await Promise.all(waiting)).toEqual(['may have executed']);
  });

  test('a reply that came in while the process was busy is in time', async () => {
    const { sent, decide } = laneWithTest();
    const decision = decide('a');
    await turn();
    jest.advanceTimersByTime(DEADLINE_MS + 50);
    sent[0]!.answer();
    expect(await decision).toBe('answered');
  });
});

describe('the breaker', () => {
  test('opens after two batches without an answer, so that nothing more is sent', async () => {
    const { sent, states, decide } = laneWithTest();
    const decisions = [decide('a')];
    await turn();
    decisions.push(decide('b'));
    await turn();
    await pass(DEADLINE_MS + 1);
    expect(await Promise.all(decisions)).toEqual(['may have executed', 'may have executed']);
    expect(await decide('c')).toBe('never sent');
    expect(states).toEqual(['open']);
    expect(sent).toHaveLength(2);
  });

  test('an error about one key opens nothing', async () => {
    const { sent, states, decide } = laneWithTest();
    for (let i = 0; i < 5; i++) {
      const decision = decide(`k${i}`);
      await turn();
      sent[i]!.fail('ERR Error running script');
      expect(await decision).toBe('may have executed');
    }
    expect(states).toEqual([]);
  });

  test('a lost connection rejects what is on its way, and refuses the rest', async () => {
    const { lane, states, failures, decide, decideMany } = laneWithTest();
    const decisions = decideMany(300);
    await turn();
    lane.lost('it broke');
    expect(failures).toEqual(Array(2).fill(expect.stringContaining('The connection to Redis at test:6379 was lost')));
    const outcomes = await Promise.all(decisions);
    expect(outcomes.filter((outcome) => outcome === 'never sent')).toHaveLength(44);
    expect(await decide('later')).toBe('never sent');
    lane.ready();
    expect(states).toEqual(['open', 'closed']);
  });
});

test('close refuses what waits, and waits for what is on its way', async () => {
  const { lane, sent, decide, decideMany } = laneWithTest();
  const decisions = decideMany(257);
  await turn();
  let isClosed = false;
  const closed = lane.close().then(() => (isClosed = true));
  expect(await decisions[256]).toBe('never sent');
  expect(await decide('later')).toBe('never sent');
  sent[0]!.answer();
  await turn();
  expect(isClosed).toBe(false);
  sent[1]!.answer();
  await closed;
  expect(await decisions[0]).toBe('answered');
  expect(jest.getTimerCount()).toBe(0);
});
