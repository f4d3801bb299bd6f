import * as fc from 'fast-check';
import { schedules, type Trouble } from './schedule';
import { World } from './world';

/** The same schedules every time; `npm run prove` searches on, to as many decisions as it is told. */
const DECISIONS = Number(process.env.LEASE_DECISIONS ?? 60_000);
const SEED = Number(process.env.LEASE_SEED ?? 20_250_101);
const DECISIONS_PER_SCHEDULE = 200;

test.each([
  ['none', 'no span holds more than its policy admits, whatever becomes of instances, calls and clocks', 0.7],
  ['reset', 'a reset adds what was leased at that moment at most', 0.1],
  ['loss', 'a store that lost its state adds what was leased at that moment at most', 0.1],
  ['step', 'a step forward of the store’s clock adds what was leased at that moment at most', 0.1],
] as const)(
  '%s: %s',
  async (trouble: Trouble, _words, share) => {
    const seen = { decisions: 0, leased: 0 };
    await fc.assert(
      fc.asyncProperty(schedules(trouble), async (schedule) => {
        const world = new World(schedule);
        expect(await world.play()).toBeLessThanOrEqual(0);
        seen.decisions += world.decisions;
        seen.leased += world.leased;
      }),
      { seed: SEED, numRuns: Math.ceil((DECISIONS * share) / DECISIONS_PER_SCHEDULE) },
    );
    // Of schedules in which nothing is leased nothing could be learnt.
    expect(seen.leased).toBeGreaterThan(seen.decisions / 40);
  },
  600_000,
);
