import type { Verdict } from '../../core/store';
import { TICKS_PER_MS } from '../../core/ticks';
import { LeasedScene } from './leased-scene.spec-support';
import { Restraint } from './restraint';

/** A unit a millisecond: 25 come back within a hold-off. */
const BUCKET = { algorithm: 'token-bucket', limit: 1_000, per: '1s', burst: 100 } as const;
const HOLD_OFF_MS = 25;

const passed = (verdicts: readonly Verdict[]): number => verdicts.filter(({ outcome }) => outcome === 'allowed').length;

const APART_MS = 0.25;

/** How long one refusal followed another. */
function longestRefusalMs(verdicts: readonly Verdict[]): number {
  let longest = 0;
  let inARow = 0;
  for (const { outcome } of verdicts) {
    inARow = outcome === 'allowed' ? 0 : inARow + 1;
    longest = Math.max(longest, inARow);
  }
  return longest * APART_MS;
}

/** Four times as many calls as units come back. */
const overload = (scene: LeasedScene, ms: number): Promise<Verdict[]> => scene.calls(ms / APART_MS, APART_MS);

/** An instance that has just been told that there is nothing to lease, and refuses. */
async function held(): Promise<LeasedScene> {
  const scene = new LeasedScene(BUCKET);
  await overload(scene, 300);
  for (let calls = 0; calls < 1_000; calls++) {
    const reached = scene.consumedMs.length;
    const { outcome } = await scene.call();
    if (scene.consumedMs.length === reached && outcome === 'denied') return scene;
    await scene.pass(APART_MS);
  }
  throw new Error('It refuses nothing by itself.');
}

const reaches = async (scene: LeasedScene, call: () => unknown): Promise<boolean> => {
  const reached = scene.consumedMs.length;
  await call();
  return scene.consumedMs.length > reached;
};

describe('near the limit', () => {
  it('asks once in a hold-off, refuses what goes beyond, and loses none of what comes back', async () => {
    const scene = await held();
    const from = scene.consumedMs.length;
    const verdicts = await overload(scene, 900);
    const asked = scene.consumedMs.slice(from);
    const apart = asked.slice(1).map((ms, i) => ms - asked[i]!);
    expect(Math.min(...apart)).toBe(HOLD_OFF_MS);
    expect(longestRefusalMs(verdicts)).toBeGreaterThan(0);
    expect(longestRefusalMs(verdicts)).toBeLessThanOrEqual(HOLD_OFF_MS);
    // All but what the store has not leased yet.
    expect(passed(verdicts)).toBeGreaterThanOrEqual(900 - 2 * HOLD_OFF_MS);
    expect(passed(verdicts)).toBeLessThanOrEqual(900 + HOLD_OFF_MS);
  });

  it('tells a wait of no more than a hold-off, after which a call asks', async () => {
    const scene = await held();
    const { retryTicks, outcome } = await scene.call();
    expect(outcome).toBe('denied');
    expect(retryTicks).toBeGreaterThan(0);
    const waitMs = retryTicks / TICKS_PER_MS;
    expect(waitMs).toBeLessThanOrEqual(HOLD_OFF_MS);
    await scene.pass(waitMs);
    expect(await reaches(scene, () => scene.call())).toBe(true);
  });

  it('does not refuse who waits in line', async () => {
    const scene = await held();
    expect(await reaches(scene, () => scene.call())).toBe(false);
    expect(await reaches(scene, () => scene.store.attempt(scene.charges))).toBe(true);
  });

  it('asks at once after a reset', async () => {
    const scene = await held();
    await scene.store.reset('b', 'ip:1');
    expect(await scene.call()).toMatchObject({ outcome: 'allowed' });
  });

  it('asks at once after a refund', async () => {
    const scene = await held();
    await scene.store.refund(scene.charges[0], 10, 0);
    expect(await reaches(scene, () => scene.call())).toBe(true);
  });

  it('does not restrain calls of a window, which tells the instant at which units come back', async () => {
    const scene = new LeasedScene({ algorithm: 'fixed-window', limit: 100, per: '1d' });
    await overload(scene, 300);
    expect(await reaches(scene, () => scene.call())).toBe(true);
  });
});

describe('what a store with nothing to lease makes of the time after', () => {
  const scene = new LeasedScene(BUCKET);
  const { charges } = scene;
  const verdict = async (): Promise<Verdict> => (await scene.store.peek(charges))[0]!;
  const lease = (calls: number, granted: Verdict) => ({ calls, lifeTicks: 1, endTick: 1, verdicts: [granted] });
  let empty: Verdict;
  let full: Verdict;
  let restraint: Restraint;

  beforeAll(async () => {
    full = await verdict();
    while ((await verdict()).remaining > 0) await scene.store.consumeUpTo({ ...charges[0], cost: 100 });
    empty = await verdict();
  });
  beforeEach(() => {
    restraint = new Restraint();
  });

  it('holds calls for a hold-off, and is near the limit for a second', () => {
    restraint.learn(charges, lease(0, empty), 0);
    expect(restraint.refuses(charges, HOLD_OFF_MS - 1)).toMatchObject([{ outcome: 'denied', granted: 0 }]);
    expect(restraint.refuses(charges, HOLD_OFF_MS)).toBeUndefined();
    expect(restraint.isNear(999)).toBe(true);
    expect(restraint.isNear(1_000)).toBe(false);
  });

  it.each([
    [500, true],
    [1_000, false],
  ])('after a lease of the last units %s ms later, it holds calls: %s', (laterMs, isHeld) => {
    restraint.learn(charges, lease(0, empty), 0);
    restraint.learn(charges, lease(10, empty), laterMs);
    expect(restraint.isHeld(laterMs + 1)).toBe(isHeld);
  });

  it('ends at once where more is left than comes back in a hold-off', () => {
    restraint.learn(charges, lease(0, empty), 0);
    restraint.learn(charges, lease(10, full), 10);
    expect(restraint.isHeld(11)).toBe(false);
  });

  it('ends when it is told to forget', () => {
    restraint.learn(charges, lease(0, empty), 0);
    restraint.forget();
    expect(restraint.isHeld(1) || restraint.isNear(1)).toBe(false);
    expect(restraint.refuses(charges, 1)).toBeUndefined();
  });
});
