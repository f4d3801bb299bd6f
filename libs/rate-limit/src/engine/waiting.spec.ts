import { Problems } from '../core/problems';
import { MemoryStore } from '../stores/memory/memory-store';
import { KeyLimiter, type WaitOptions } from './key-limiter';
import { PolicyRegistry } from './policy-registry';
import { WaitingLines } from './waiting-lines';

const SECOND = 1_000;

let registry: PolicyRegistry<undefined>;
let store: MemoryStore;
let lines: WaitingLines;
let limiter: KeyLimiter<undefined>;
/** When whoever waited was allowed, or what became of it else. */
let ends: (number | string)[];

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  registry = new PolicyRegistry();
  registry.add('crowd', 'crowd', { limit: 10, per: '1s', algorithm: 'fixed-window' }, new Problems());
  registry.add('hourly', 'hourly', { limit: 1, per: '1h' }, new Problems());
  store = new MemoryStore();
  lines = new WaitingLines();
  const defaultKey = { kind: 'ip', resolve: () => '' };
  limiter = new KeyLimiter({ store, registry, defaultKey, digest: String, lines });
  ends = [];
});

afterEach(() => {
  lines.close();
  store.close();
  jest.useRealTimers();
});

function enter(policy: string, options?: WaitOptions<undefined>): void {
  limiter.wait(policy, 'api', options).then(
    ({ allowed }) => ends.push(allowed ? performance.now() : 'refused'),
    (error: unknown) => ends.push((error as { code: string }).code),
  );
}

/** Somebody who waits for the one unit of an hour. */
async function waitForTheHour(): Promise<void> {
  await limiter.consume('hourly', 'api');
  enter('hourly');
  await jest.advanceTimersByTimeAsync(10 * SECOND);
  expect(ends).toEqual([]);
}

describe('whoever waits', () => {
  it('goes by the limit that is in force by then', async () => {
    for (let i = 0; i < 80; i++) enter('crowd');
    await jest.advanceTimersByTimeAsync(1.5 * SECOND);
    expect(ends).toHaveLength(20);
    expect(registry.override('crowd', { limit: 1 })).toEqual([]);
    await jest.advanceTimersByTimeAsync(4 * SECOND);
    expect(ends).toHaveLength(24);
  });

  it('sees within a second that the limit was raised', async () => {
    await waitForTheHour();
    expect(registry.override('hourly', { limit: 100 })).toEqual([]);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(ends).toEqual([expect.any(Number)]);
    expect(await limiter.peek('hourly', 'api')).toMatchObject({ limit: 100, remaining: 98 });
  });

  it('is refused within a second where the limit was lowered so far that it is out of reach', async () => {
    await limiter.consume('crowd', 'api', { cost: 10 });
    enter('crowd', { cost: 5 });
    await jest.advanceTimersByTimeAsync(0);
    expect(registry.override('crowd', { limit: 4 })).toEqual([]);
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(ends).toEqual(['refused']);
  });

  it('is told within a second that the policy is gone, as others in the line are', async () => {
    await waitForTheHour();
    enter('hourly');
    limiter.removePolicy('hourly');
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(ends).toEqual(['POLICY_UNKNOWN', 'POLICY_UNKNOWN']);
  });

  it('sees within a second what another process reset', async () => {
    await waitForTheHour();
    const { bucketId } = registry.get('hourly');
    store.reset(bucketId, 'ip:api');
    await jest.advanceTimersByTimeAsync(SECOND);
    expect(ends).toEqual([expect.any(Number)]);
  });

  it('goes on at once after a reset and after a refund', async () => {
    const decision = await limiter.consume('hourly', 'api');
    enter('hourly');
    enter('hourly');
    await jest.advanceTimersByTimeAsync(10.5 * SECOND);
    await limiter.refund(decision);
    await jest.advanceTimersByTimeAsync(1);
    await limiter.reset('hourly', 'api');
    await jest.advanceTimersByTimeAsync(1);
    expect(ends).toEqual([10_500, 10_501]);
  });

  it('keeps no room from newcomers that it did not see yet', async () => {
    registry.add('pair', 'pair', { limit: 2, per: '1h' }, new Problems());
    await limiter.consume('pair', 'api', { cost: 2 });
    enter('pair');
    await jest.advanceTimersByTimeAsync(10.5 * SECOND);
    store.reset(registry.get('pair').bucketId, 'ip:api');
    enter('pair', { maxWaitMs: 0 });
    await jest.advanceTimersByTimeAsync(1);
    expect(ends).toEqual([10_500, 10_500]);
  });

  it('looks once a second, takes nothing by it, and asks for nobody but the first', async () => {
    await waitForTheHour();
    for (let i = 0; i < 20; i++) enter('hourly');
    await jest.advanceTimersByTimeAsync(1);
    const peek = jest.spyOn(store, 'peek');
    const consume = jest.spyOn(store, 'consume');
    await jest.advanceTimersByTimeAsync(10 * SECOND);
    expect(peek).toHaveBeenCalledTimes(10);
    expect(consume).not.toHaveBeenCalled();
  });

  it('ends when the lines are closed, wherever it stands, and leaves no timer behind', async () => {
    await waitForTheHour();
    enter('hourly');
    enter('hourly', { maxWaitMs: 2 * 3_600 * SECOND });
    await jest.advanceTimersByTimeAsync(1);
    store.close();
    lines.close();
    enter('hourly');
    await jest.advanceTimersByTimeAsync(0);
    expect(ends).toEqual(Array.from({ length: 4 }, () => 'STORE_UNAVAILABLE'));
    expect(jest.getTimerCount()).toBe(0);
  });
});
