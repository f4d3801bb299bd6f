import { StoreUnavailableError } from '../../core/errors';
import type { Charge, MaybePromise, RateLimitStore, StoreFailureMode, Verdict } from '../../core/store';
import { MemoryStore } from '../../stores/memory/memory-store';
import { FakeClock, quotaOf } from '../../testing';
import { ResilientStore } from './resilient-store';

const DEADLINE_MS = 100;
const unsent = () => Promise.reject(new StoreUnavailableError('The breaker is open.', false));
const lost = () => Promise.reject(new StoreUnavailableError('The connection was lost.', true));
const hangs = () => new Promise<never>(() => undefined);
const throws = () => {
  throw new Error('boom');
};

/** A network to a shared store: each call meets the fault of the moment before it arrives. */
class Network implements RateLimitStore {
  readonly source = 'redis';
  fault: (() => Promise<never>) | undefined;
  calls = 0;

  constructor(private readonly store: MemoryStore) {}

  consume = (charges: readonly Charge[]) => this.meet(() => this.store.consume(charges));
  consumeUpTo = (charge: Charge) => this.meet(() => this.store.consumeUpTo(charge));
  peek = (charges: readonly Charge[]) => this.meet(() => this.store.peek(charges));
  refund = (charge: Charge, units: number, mark: number) => this.meet(() => this.store.refund(charge, units, mark));
  reset = (bucketId: string, identity: string) =>
    this.meet(() => {
      this.store.reset(bucketId, identity);
    });

  private meet<T>(call: () => T): Promise<T> {
    this.calls++;
    return this.fault?.() ?? Promise.resolve(call());
  }
}

let clock: FakeClock;
let shared: MemoryStore;
let local: MemoryStore;
let network: Network;
let instances: number;
let modes: string[];
let store: ResilientStore;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  clock = new FakeClock();
  shared = new MemoryStore({ clock });
  local = new MemoryStore({ clock });
  network = new Network(shared);
  instances = 1;
  modes = [];
  store = new ResilientStore({
    remote: network,
    local,
    clock,
    deadlineMs: DEADLINE_MS,
    instances: () => instances,
    onModeChange: (mode, reason) => modes.push(`${mode}: ${reason}`),
  });
});

afterEach(() => {
  shared.close();
  local.close();
  jest.useRealTimers();
});

const quota = quotaOf({ algorithm: 'fixed-window', limit: 10, per: '1m' });
const charge = (cost: number, onStoreFailure?: StoreFailureMode, bucketId = 'read\n'): Charge => ({
  bucketId,
  identity: 'ip:1',
  quota,
  cost,
  ...(onStoreFailure && { onStoreFailure }),
});

/** The answer, once the deadline is over at the latest. */
async function settled<T>(ask: () => MaybePromise<T>): Promise<T> {
  const answer = new Promise<T>((resolve) => {
    resolve(ask());
  });
  answer.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(DEADLINE_MS);
  return answer;
}

const consume = (...charges: Charge[]): Promise<readonly Verdict[]> => settled(() => store.consume(charges));
const used = (of = charge(0)): number => 10 - (local.peek([of])[0]?.remaining ?? NaN);

describe('while the store is well', () => {
  it('answers as the store does, without looking at anything else', async () => {
    expect(await consume(charge(3))).toEqual([expect.objectContaining({ granted: 3, remaining: 7 })]);
    expect(await settled(() => store.consumeUpTo(charge(100)))).toMatchObject({ granted: 7 });
    const [verdict] = await consume(charge(1));
    expect(verdict).toMatchObject({ outcome: 'denied' });
    expect(verdict).not.toHaveProperty('source');
    await settled(() => store.reset('read\n', 'ip:1'));
    const [again] = await consume(charge(4));
    expect(await settled(() => store.refund(charge(4), 4, again?.mark ?? NaN))).toBe(4);
    expect(await settled(() => store.peek([charge(0)]))).toMatchObject([{ remaining: 10 }]);
    expect(used()).toBe(0);
    expect([store.source, store.mode, modes]).toEqual(['redis', 'healthy', []]);
  });
});

describe.each([
  ['hangs', hangs, 'timeout'],
  ['loses the reply', lost, 'unavailable'],
  ['was not sent the call', unsent, 'unavailable'],
  ['throws', throws, 'unavailable'],
] as const)('when the store %s', (_name, fault, reason) => {
  beforeEach(() => {
    network.fault = fault;
  });

  it('local: decides by the same algorithm in this process', async () => {
    const [first] = await consume(charge(8));
    expect(first).toMatchObject({ outcome: 'allowed', granted: 8, remaining: 2, source: 'fallback' });
    expect(await consume(charge(3))).toMatchObject([{ outcome: 'denied', granted: 0, remaining: 2 }]);
    expect(await settled(() => store.peek([charge(2)]))).toMatchObject([{ outcome: 'allowed', granted: 0 }]);
    expect(await settled(() => store.consumeUpTo(charge(5)))).toMatchObject({ outcome: 'allowed', granted: 2 });
    expect(store.counts.local).toMatchObject({ [reason]: 4 });
    expect(network.calls).toBe(4);
  });

  it('open: allows everything but what can never fit, and counts nothing', async () => {
    const verdict = { outcome: 'allowed', remaining: 10, retryTicks: 0, resetTicks: 0, source: 'fallback' };
    for (let i = 0; i < 5; i++) expect(await consume(charge(9, 'open'))).toMatchObject([{ ...verdict, granted: 0 }]);
    expect(await settled(() => store.consumeUpTo(charge(50, 'open')))).toMatchObject({ ...verdict, granted: 10 });
    const impossible = { outcome: 'impossible', granted: 0, retryTicks: Infinity };
    expect(await consume(charge(11, 'open'))).toMatchObject([impossible]);
    expect([used(), store.debts, store.counts.open[reason]]).toEqual([0, 0, 7]);
  });

  it('closed: rejects, and says which policy and why', async () => {
    const rejection = consume(charge(1, 'closed'));
    await expect(rejection).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(rejection).rejects.toThrow(/^Policy "read" admits nothing, because the rate limit store /);
    await expect(rejection).rejects.toMatchObject({ mayHaveExecuted: fault !== unsent });
    await expect(settled(() => store.peek([charge(1, 'closed')]))).rejects.toThrow('Policy "read"');
    await expect(settled(() => store.consumeUpTo(charge(1, 'closed')))).rejects.toThrow('Policy "read"');
    expect(store.counts.closed[reason]).toBe(3);
  });

  it('closed wins over the others, and then nothing is counted here', async () => {
    const mixed = [charge(1, 'open', 'a\n'), charge(1, 'local', 'b\n'), charge(1, 'closed', 'c\n')];
    await expect(consume(...mixed)).rejects.toThrow('Policy "c"');
    expect([used(charge(0, 'local', 'b\n')), store.debts]).toEqual([0, 0]);
  });

  it('charges all of a call or none, those left out that are open', async () => {
    await consume(charge(8, 'local', 'b\n'));
    const call = (cost: number) => [charge(1, 'open', 'a\n'), charge(cost, 'local', 'b\n'), charge(1, 'local', 'c\n')];
    const refused = [{ outcome: 'allowed' }, { outcome: 'denied' }, { outcome: 'allowed', granted: 0 }];
    expect(await consume(...call(3))).toMatchObject(refused);
    expect(used(charge(0, 'local', 'c\n'))).toBe(0);
    expect(await consume(...call(2))).toMatchObject([{ granted: 0 }, { granted: 2 }, { granted: 1 }]);
    expect(await consume(charge(1, 'local', 'c\n'), charge(11, 'open'))).toMatchObject([{ granted: 0 }, {}]);
    expect(used(charge(0, 'local', 'c\n'))).toBe(1);
  });

  it('gives back here what was charged here, and nothing of what the store holds', async () => {
    network.fault = undefined;
    const [remote] = await consume(charge(2));
    network.fault = fault;
    const [here] = await consume(charge(6));
    expect(await settled(() => store.refund(charge(2), 2, remote?.mark ?? NaN))).toBe(0);
    expect(used()).toBe(6);
    expect(await settled(() => store.refund(charge(6), 4, here?.mark ?? NaN))).toBe(4);
    expect(used()).toBe(2);
    const [open] = await consume(charge(1, 'open'));
    expect(await settled(() => store.refund(charge(1, 'open'), 1, open?.mark ?? NaN))).toBe(0);
  });

  it('resets here, and rejects because nobody else did', async () => {
    await consume(charge(6));
    const reset = settled(() => store.reset('read\n', 'ip:1'));
    await expect(reset).rejects.toThrow('The reset of policy "read" did not reach the other instances');
    await expect(reset).rejects.toBeInstanceOf(StoreUnavailableError);
    expect([used(), store.debts]).toEqual([0, 0]);
  });
});
