import { StoreUnavailableError } from '../../core/errors';
import { Deadlines } from './deadlines';
import { systemTimers } from './timers';

const DEADLINE_MS = 100;

let deadlines: Deadlines<string>;
let answeredMs: number[];
let failedLate: string[];

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  [answeredMs, failedLate] = [[], []];
  deadlines = new Deadlines(DEADLINE_MS, systemTimers, {
    onAnswer: (askedMs) => answeredMs.push(askedMs),
    onFailedLate: (failure, note) => failedLate.push(`${note} ${failure.fateAt(0)}`),
  });
});

afterEach(() => {
  jest.useRealTimers();
});

const never = new Promise<string>(() => undefined);

/** Asks, and notes down when and what was answered. */
function ask(answer: Promise<string>, note = ''): { text?: string; atMs?: number } {
  const seen: { text?: string; atMs?: number } = {};
  const end = (text: string): void => {
    Object.assign(seen, { text, atMs: performance.now() });
  };
  deadlines.bound(answer, ({ reason }) => reason, note).then(end, end);
  return seen;
}

/** An answer that comes, or fails, after so many milliseconds. */
function after(ms: number, error?: Error): Promise<string> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      if (error === undefined) resolve('answer');
      else reject(error);
    }, ms);
  });
}

describe('a deadline', () => {
  it('lets through an answer that is in time, and tells when it was asked for', async () => {
    await jest.advanceTimersByTimeAsync(7);
    const seen = ask(after(90));
    await jest.advanceTimersByTimeAsync(200);
    expect(seen).toEqual({ text: 'answer', atMs: 97 });
    expect(answeredMs).toEqual([7]);
  });

  it('rescues each question at its own deadline, however they overlap', async () => {
    const seen: { text?: string; atMs?: number }[] = [];
    for (let i = 0; i < 50; i++) {
      seen.push(ask(i % 3 === 1 ? after(20) : never));
      await jest.advanceTimersByTimeAsync(7);
    }
    await jest.advanceTimersByTimeAsync(200);
    seen.forEach(({ text, atMs = NaN }, i) => {
      expect(text).toBe(i % 3 === 1 ? 'answer' : 'timeout');
      expect(atMs - 7 * i).toBeLessThanOrEqual(DEADLINE_MS);
      if (text === 'timeout') expect(atMs - 7 * i).toBeGreaterThanOrEqual(DEADLINE_MS - 1);
    });
  });

  it('keeps one timer for all who wait, and none when nobody does', async () => {
    for (let i = 0; i < 1_000; i++) ask(never);
    expect(jest.getTimerCount()).toBe(1);
    await jest.advanceTimersByTimeAsync(100);
    expect(jest.getTimerCount()).toBe(0);
    const late = ask(never);
    await jest.advanceTimersByTimeAsync(100);
    expect(late.text).toBe('timeout');
  });

  it('does not start a timer for each answer while the store is well', async () => {
    const start = jest.spyOn(systemTimers, 'after');
    for (let i = 0; i < 1_000; i++) {
      ask(Promise.resolve('answer'));
      await jest.advanceTimersByTimeAsync(1);
    }
    expect(start.mock.calls.length).toBeLessThanOrEqual(11);
    start.mockRestore();
  });

  it('ignores what comes after it, an error included', async () => {
    const seen = [ask(after(101)), ask(after(102, new Error('late')))];
    await jest.advanceTimersByTimeAsync(300);
    expect(seen).toEqual([
      { text: 'timeout', atMs: 100 },
      { text: 'timeout', atMs: 100 },
    ]);
    expect(answeredMs).toEqual([]);
  });

  it('tells of a call that turns out, too late, never to have been sent', async () => {
    ask(after(150, new StoreUnavailableError('not connected', false)), 'late');
    ask(after(150, new StoreUnavailableError('connection lost', true)), 'late');
    ask(after(50, new StoreUnavailableError('not connected', false)), 'in time');
    await jest.advanceTimersByTimeAsync(300);
    expect(failedLate).toEqual(['late unsent', 'late unknown']);
  });

  it('rescues from an error at once, and passes on what the rescue throws', async () => {
    const seen = ask(after(5, new Error('broken')));
    const thrown = deadlines.bound(
      Promise.reject(new Error('broken')),
      () => {
        throw new Error('closed');
      },
      '',
    );
    await expect(thrown).rejects.toThrow('closed');
    await jest.advanceTimersByTimeAsync(5);
    expect(seen).toEqual({ text: 'unavailable', atMs: 5 });
  });

  it('reads what has arrived before it calls a store late that had no chance to be heard', async () => {
    const waiting: (() => void)[] = [];
    let nowMs = 0;
    const stalled = new Deadlines(
      DEADLINE_MS,
      { nowMs: () => nowMs, after: (_ms, call) => waiting.push(call), afterReading: (call) => waiting.push(call) },
      { onAnswer: () => undefined, onFailedLate: () => undefined },
    );
    let answer: (text: string) => void = () => undefined;
    const asked = stalled.bound(new Promise<string>((resolve) => (answer = resolve)), () => 'timeout', undefined);
    nowMs = 5_000;
    waiting.shift()?.();
    answer('read late');
    await Promise.resolve();
    waiting.shift()?.();
    expect(await asked).toBe('read late');
  });
});
