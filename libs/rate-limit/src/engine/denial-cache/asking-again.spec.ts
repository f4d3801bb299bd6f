import type { MaybePromise, RateLimitStore, Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import { quotaOf } from '../../testing';
import { DenialCache } from './denial-cache';

const WAIT_MS = 60_000;
const quota = quotaOf({ algorithm: 'fixed-window', limit: 5, per: '1m' });
const call = [{ bucketId: 'a', identity: 'ip:1', quota, cost: 1 }];

let nowMs: number;
let retryMs: number;
let asked: { answer: (verdicts: readonly Verdict[]) => void; fail: () => void }[];
let cache: DenialCache;

const denied = (): readonly Verdict[] => {
  const ticks = retryMs * TICKS_PER_MS;
  const waits = { retryTicks: ticks, nextUnitTicks: ticks, resetTicks: ticks };
  return [{ outcome: 'denied', granted: 0, remaining: 0, ...waits, mark: 0 }];
};
const allowed = (): readonly Verdict[] => {
  return [{ outcome: 'allowed', granted: 1, remaining: 4, retryTicks: 0, nextUnitTicks: 1, resetTicks: 1, mark: 0 }];
};
const unasked = (): never => {
  throw new Error('Nothing here asks for that.');
};

/** A store whose answers are on their way until a test says what they are. */
const remote: RateLimitStore = {
  source: 'redis',
  consume: () =>
    new Promise((answer, reject) => {
      const fail = (): void => {
        reject(new Error('It is gone.'));
      };
      asked.push({ answer, fail });
    }),
  ...{ consumeUpTo: unasked, peek: unasked, refund: unasked, reset: unasked },
};

const consume = (): MaybePromise<readonly Verdict[]> => cache.consume(call);
const isAnswered = (answer: MaybePromise<readonly Verdict[]>): boolean => !(answer instanceof Promise);

beforeEach(async () => {
  nowMs = 0;
  retryMs = WAIT_MS;
  asked = [];
  cache = new DenialCache({ store: remote, nowMs: () => nowMs });
  const first = consume();
  asked[0]!.answer(denied());
  await first;
});

it('asks once a second while a key is refused', async () => {
  for (; nowMs < 10_000; nowMs++) {
    const answer = consume();
    expect(isAnswered(consume())).toBe(true);
    asked.at(-1)!.answer(denied());
    await answer;
  }
  expect(asked.length).toBe(1 + 11);
});

it('answers others from memory while one asks, until the memory is a second old', async () => {
  nowMs = 899;
  expect(isAnswered(consume())).toBe(true);
  nowMs = 900;
  const asking = consume();
  expect(isAnswered(asking)).toBe(false);
  nowMs = 999;
  expect(isAnswered(consume())).toBe(true);
  nowMs = 1_000;
  const waiting = [consume(), consume()];
  expect(waiting.map(isAnswered)).toEqual([false, false]);
  expect(asked).toHaveLength(2);
  asked[1]!.answer(denied());
  for (const answer of [asking, ...waiting]) expect(await answer).toMatchObject([{ outcome: 'denied' }]);
  expect(asked).toHaveLength(2);
});

it('sees what another process gave back, and tells everybody', async () => {
  nowMs = 950;
  const asking = consume();
  nowMs = 1_000;
  const waiting = consume();
  asked[1]!.answer(allowed());
  expect(await asking).toMatchObject([{ outcome: 'allowed' }]);
  expect(asked).toHaveLength(3);
  asked[2]!.answer(allowed());
  expect(await waiting).toMatchObject([{ outcome: 'allowed' }]);
  expect(isAnswered(consume())).toBe(false);
});

it('asks for everybody when the call that asks again fails', async () => {
  nowMs = 1_000;
  const calls = [consume(), consume(), consume()];
  expect(asked).toHaveLength(2);
  const settled = Promise.allSettled(calls.map(async (answer) => answer));
  asked[1]!.fail();
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  expect(asked).toHaveLength(4);
  for (const { fail } of asked.slice(2)) fail();
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
});

it('lets nobody wait for another whose own wait is over', async () => {
  retryMs = 1_200;
  nowMs = 1_000;
  const asking = consume();
  asked[1]!.answer(denied());
  await asking;
  nowMs = 1_950;
  void consume();
  nowMs = 2_200;
  expect([consume(), consume()].map(isAnswered)).toEqual([false, false]);
  expect(asked).toHaveLength(5);
});
