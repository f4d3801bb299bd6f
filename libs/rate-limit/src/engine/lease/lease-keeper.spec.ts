import type { Verdict } from '../../core/store';
import { LeasedScene } from './leased-scene.spec-support';

const DAILY = { algorithm: 'fixed-window', limit: 10_000, per: '1d' } as const;
const BUCKET = { algorithm: 'token-bucket', limit: 10_000, per: '1h', burst: 10_000 } as const;

const leased = (verdicts: readonly Verdict[]): number => verdicts.filter(({ source }) => source === 'lease').length;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** A key that gets leases of full size by now, and has some calls left of the latest. */
async function hot(scene: LeasedScene): Promise<LeasedScene> {
  await scene.calls(350, 1);
  await scene.callsUntil(() => scene.store.held >= 30);
  return scene;
}

/** Nobody calls any more: when the lease ends that is left. */
async function abandon(scene: LeasedScene): Promise<number> {
  await scene.pass(60);
  return scene.asked.at(-1)!.atMs + 200;
}

it('leases nothing of a cold key: every call asks the store', async () => {
  const scene = new LeasedScene(DAILY);
  expect(leased(await scene.calls(40, 250))).toBe(0);
  expect(scene.asked).toEqual([]);
  expect(scene.consumedMs).toHaveLength(40);
});

it('makes the calls of a hot key of leases, each of which is charged before', async () => {
  const scene = new LeasedScene(DAILY);
  const verdicts = await scene.calls(1_000, 1);
  expect(verdicts.every(({ outcome }) => outcome === 'allowed')).toBe(true);
  expect(leased(verdicts)).toBeGreaterThan(900);
  expect(leased(verdicts) + scene.consumedMs.length).toBe(1_000);
  expect(scene.left).toBe(10_000 - 1_000 - scene.store.held);
});

it('asks for one call first, then for up to twice as many, and for what 105 milliseconds make', async () => {
  const { asked } = await hot(new LeasedScene(DAILY));
  expect(asked.slice(0, 7).map(({ calls }) => calls)).toEqual([1, 2, 4, 8, 16, 32, 64]);
  const most = Math.max(...asked.map(({ calls }) => calls));
  expect(most).toBeGreaterThanOrEqual(103);
  expect(most).toBeLessThanOrEqual(107);
});

it('is given one part in twice as many as there are instances of what is left', async () => {
  const { asked } = await hot(new LeasedScene({ ...DAILY, limit: 500 }, 2));
  const most = asked.map(({ calls, left }) => Math.min(calls, Math.floor(left / 4)));
  expect(asked.map(({ granted }) => granted)).toEqual(most);
  expect(asked.some(({ calls, granted }) => granted < calls)).toBe(true);
});

it('leases nothing of a limit without room for twenty calls of each instance', async () => {
  for (const [limit, isLeased] of [[199, false] as const, [200, true] as const]) {
    const scene = new LeasedScene({ ...DAILY, limit }, 10);
    await scene.calls(100, 1);
    expect(scene.asked.length > 0).toBe(isLeased);
  }
});

it('gives back what is left of a lease of a window when it ends, though nobody calls', async () => {
  const scene = await hot(new LeasedScene(DAILY));
  const endMs = await abandon(scene);
  const { left } = scene;
  const { held } = scene.store;
  await scene.pass(endMs - 1 - scene.nowMs());
  expect(scene.store.held).toBe(held);
  await scene.pass(10);
  expect(scene.store.held).toBe(0);
  expect(scene.left).toBe(left + held);
  expect(scene.returns.at(-1)).toMatchObject({ unspent: held });
});

describe('what is left of a lease of a token bucket', () => {
  let scene: LeasedScene;
  let told: number;
  let held: number;

  /** Until shortly after the lease is over: less than it may wait for a call. */
  beforeEach(async () => {
    scene = await hot(new LeasedScene(BUCKET));
    const endMs = await abandon(scene);
    await scene.pass(endMs - 1 - scene.nowMs());
    told = scene.returns.length;
    held = scene.store.held;
    await scene.pass(6);
    expect(scene.returns).toHaveLength(told);
  });

  it('goes back with the next call', async () => {
    expect(await scene.call()).not.toMatchObject({ source: 'lease' });
    expect(scene.returns.slice(told).map(({ unspent }) => unspent)).toEqual([held]);
  });

  it('goes back with a call for another key, hot or not', async () => {
    await scene.store.consume([{ ...scene.charges[0], identity: 'ip:2' }]);
    expect(scene.returns.slice(told).map(({ unspent }) => unspent)).toEqual([held]);
  });

  it('goes back by itself when there is none', async () => {
    await scene.pass(25);
    expect(scene.returns.slice(told).map(({ unspent }) => unspent)).toEqual([held]);
    expect(scene.store.held).toBe(0);
  });
});

it('tells the store once of every call that it was given', async () => {
  const scene = await hot(new LeasedScene(BUCKET));
  await scene.pass(300);
  expect(sum(scene.returns.map(({ spent, unspent }) => spent + unspent))).toBe(
    sum(scene.asked.map(({ granted }) => granted)),
  );
});

it('gives back everything at once when it is closed', async () => {
  const scene = await hot(new LeasedScene(DAILY));
  const { left } = scene;
  const { held } = scene.store;
  await scene.store.close();
  expect(scene.left).toBe(left + held);
  expect(await scene.call()).not.toMatchObject({ source: 'lease' });
});

it('begins with one call again after a request that failed, and not at once', async () => {
  const scene = await hot(new LeasedScene(DAILY));
  scene.isDown = true;
  const before = scene.asked.length;
  await scene.callsUntil(() => scene.asked.length > before);
  expect(scene.asked.at(-1)).toMatchObject({ granted: 0 });
  expect(scene.asked.at(-1)!.calls).toBeGreaterThan(90);
  const failedMs = scene.nowMs();
  scene.isDown = false;
  await scene.calls(300, 1);
  const after = scene.asked.slice(before + 1);
  expect(after.slice(0, 4).map(({ calls }) => calls)).toEqual([1, 2, 4, 8]);
  expect(after[0]!.atMs).toBeGreaterThanOrEqual(failedMs + 100);
});
