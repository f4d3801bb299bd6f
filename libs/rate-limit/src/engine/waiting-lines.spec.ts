import type { Decision } from '../core/decision';
import { type Attempt, type WaitLimits, WaitingLines } from './waiting-lines';

/** A bucket that gains a unit every 100 ms, and holds none to begin with. */
class SlowBucket implements Attempt {
  readonly servedAtMs: number[] = [];
  attempts = 0;
  private freeAtMs = performance.now() + 100;

  readonly attempt = (): Promise<Decision> => {
    this.attempts++;
    const waitMs = this.freeAtMs - performance.now();
    if (waitMs > 0) return Promise.resolve(refused(waitMs));
    this.servedAtMs.push(performance.now());
    this.freeAtMs += 100;
    return Promise.resolve({ allowed: true, retryAfterMs: 0 } as Decision);
  };

  readonly peek = (): Promise<Decision> => {
    const waitMs = this.freeAtMs - performance.now();
    return Promise.resolve(waitMs > 0 ? refused(waitMs) : ({ allowed: true, retryAfterMs: 0 } as Decision));
  };
}

function refused(retryAfterMs: number): Decision {
  return { allowed: false, retryAfterMs } as Decision;
}

const forEver: WaitLimits = { maxWaitMs: Infinity, signal: undefined };

let lines: WaitingLines;
let bucket: SlowBucket;
/** Whoever is done waiting, in order. */
let done: string[];

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  lines = new WaitingLines();
  bucket = new SlowBucket();
  done = [];
});

afterEach(() => {
  jest.useRealTimers();
});

function enter(name: string, limits: Partial<WaitLimits> = {}): Promise<Decision> {
  const waiting = lines.wait('line', { ...forEver, ...limits }, bucket);
  waiting.then(
    ({ allowed }) => done.push(allowed ? name : `${name} refused`),
    () => done.push(`${name} aborted`),
  );
  return waiting;
}

describe('a line', () => {
  it('serves whoever came first, as soon as there is room', async () => {
    for (const name of ['a', 'b', 'c']) void enter(name);
    await jest.advanceTimersByTimeAsync(99);
    expect(done).toEqual([]);
    await jest.advanceTimersByTimeAsync(201);
    expect(done).toEqual(['a', 'b', 'c']);
    expect(bucket.servedAtMs).toEqual([100, 200, 300]);
  });

  it('asks for the first only, however many wait', async () => {
    for (let i = 0; i < 50; i++) void enter(String(i));
    await jest.advanceTimersByTimeAsync(99);
    expect(bucket.attempts).toBe(1);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(done).toHaveLength(50);
  });

  it('keeps others out of another line', async () => {
    void enter('a');
    const other = lines.wait('other line', { ...forEver, maxWaitMs: 0 }, { attempt: bucket.peek, peek: bucket.peek });
    await jest.advanceTimersByTimeAsync(0);
    expect(await other).toMatchObject({ allowed: false, retryAfterMs: 100 });
  });

  it('refuses at once whoever could not be served in time', async () => {
    void enter('a', { maxWaitMs: 99 });
    await jest.advanceTimersByTimeAsync(0);
    expect(done).toEqual(['a refused']);
    void enter('b');
    void enter('c', { maxWaitMs: 99 });
    await jest.advanceTimersByTimeAsync(0);
    expect(done).toEqual(['a refused', 'c refused']);
  });

  it('serves whoever can just be served in time', async () => {
    void enter('a', { maxWaitMs: 100 });
    await jest.advanceTimersByTimeAsync(100);
    expect(done).toEqual(['a']);
  });

  it('refuses whoever is not at the front when the time is over', async () => {
    void enter('a');
    void enter('b');
    void enter('c', { maxWaitMs: 150 });
    await jest.advanceTimersByTimeAsync(150);
    expect(done).toEqual(['a', 'c refused']);
    await jest.advanceTimersByTimeAsync(50);
    expect(done).toEqual(['a', 'c refused', 'b']);
  });

  it('lets the next move up when somebody leaves', async () => {
    const controller = new AbortController();
    void enter('a', { signal: controller.signal });
    void enter('b');
    await jest.advanceTimersByTimeAsync(10);
    controller.abort(new Error('left'));
    await jest.advanceTimersByTimeAsync(90);
    expect(done).toEqual(['a aborted', 'b']);
    expect(bucket.servedAtMs).toEqual([100]);
  });

  it('is overtaken by nobody after the last in it left', async () => {
    const controller = new AbortController();
    void enter('a');
    void enter('b', { signal: controller.signal });
    await jest.advanceTimersByTimeAsync(10);
    controller.abort(new Error('left'));
    await jest.advanceTimersByTimeAsync(0);
    void enter('c');
    await jest.advanceTimersByTimeAsync(0);
    expect(bucket.attempts).toBe(1);
    await jest.advanceTimersByTimeAsync(300);
    expect(done).toEqual(['b aborted', 'a', 'c']);
  });

  it('never admits somebody who was not served', async () => {
    const served = jest.fn();
    // Room for the one behind, but not for the one ahead, who needs more.
    const ahead = { attempt: () => Promise.resolve(refused(1_000)), peek: () => Promise.resolve(refused(1_000)) };
    const room: Partial<Decision> = { allowed: true, retryAfterMs: 0, policies: [] };
    const behind = {
      attempt: () => {
        served();
        return Promise.resolve(room as Decision);
      },
      peek: () => Promise.resolve(room as Decision),
    };
    const first = lines.wait('line', { ...forEver, maxWaitMs: 2_000 }, ahead);
    const decision = lines.wait('line', { ...forEver, maxWaitMs: 10 }, behind);
    await jest.advanceTimersByTimeAsync(10);
    expect((await decision).allowed).toBe(served.mock.calls.length > 0);
    await jest.advanceTimersByTimeAsync(3_000);
    await first;
  });

  it('keeps nobody waiting for what is impossible', async () => {
    void enter('a');
    const impossible = refused(Infinity);
    const answer = lines.wait('line', forEver, {
      attempt: () => Promise.resolve(impossible),
      peek: () => Promise.resolve(impossible),
    });
    answer.then(
      () => done.push('impossible'),
      () => done.push('failed'),
    );
    await jest.advanceTimersByTimeAsync(0);
    expect(done).toEqual(['impossible']);
  });

  it('passes on what the store throws, and lets the next move up', async () => {
    const failing = { attempt: () => Promise.reject(new Error('store down')), peek: bucket.peek };
    const first = lines.wait('line', forEver, failing);
    void enter('b');
    await expect(first).rejects.toThrow('store down');
    await jest.advanceTimersByTimeAsync(100);
    expect(done).toEqual(['b']);
  });

  it('waits longer than a timer can run', async () => {
    const days = 86_400_000;
    const peek = (): Promise<Decision> => Promise.resolve(refused(1));
    // Who is first looks every second, which is a lot of fake time: here its store never answers.
    void lines.wait('line', forEver, { attempt: () => new Promise<Decision>(() => undefined), peek });
    const waiting = lines.wait('line', { ...forEver, maxWaitMs: 60 * days }, { attempt: peek, peek });
    void waiting.then(({ allowed }) => done.push(allowed ? 'a' : 'a refused'));
    await jest.advanceTimersByTimeAsync(59 * days);
    expect(done).toEqual([]);
    await jest.advanceTimersByTimeAsync(days);
    expect(done).toEqual(['a refused']);
  });

  it('leaves no timer and no listener behind', async () => {
    const controller = new AbortController();
    const remove = jest.spyOn(controller.signal, 'removeEventListener');
    void enter('a', { signal: controller.signal });
    void enter('b', { signal: controller.signal, maxWaitMs: 10_000 });
    await jest.advanceTimersByTimeAsync(200);
    expect(done).toEqual(['a', 'b']);
    expect(jest.getTimerCount()).toBe(0);
    expect(remove).toHaveBeenCalled();
  });
});
