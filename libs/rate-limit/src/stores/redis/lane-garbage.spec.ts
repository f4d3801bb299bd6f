import { setImmediate as turn } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { laneWithTest } from './lane.spec-support';

setFlagsFromString('--expose-gc');
// While V8 marks old objects it keeps young ones too, and what it saw kept it makes old from then on: 180 bytes of each
// ask, in some runs beside other tests of one process.
const DISTURBING = ['incremental-marking', 'allocation-site-pretenuring'];
beforeAll(() => {
  for (const flag of DISTURBING) setFlagsFromString(`--no-${flag}`);
});
afterAll(() => {
  for (const flag of DISTURBING) setFlagsFromString(`--${flag}`);
});

const gc = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

const ASKS_OF_A_BATCH = 128;

function oldBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'old_space')?.space_used_size ?? Number.NaN;
}

/**
 * Else it becomes old before it is freed, whatever comes later with it, and each collection holds everything up for
 * milliseconds. An arrow function in a field of what encodes a batch was enough: 300 bytes of each ask, since V8 puts
 * function literals of properties among the old objects at once.
 */
test('what was answered is garbage that the collector of young objects frees', async () => {
  const { sent, decideMany } = laneWithTest();
  void decideMany(2 * ASKS_OF_A_BATCH);
  /** There are always two batches on their way, so that each has others after it. */
  const answerBatches = async (count: number) => {
    for (let batch = 1; batch <= count; batch++) {
      void decideMany(ASKS_OF_A_BATCH);
      await turn();
      // Seldom, so that nothing is on its way long enough to be old at once.
      if (batch % 20 === 0) gc({ type: 'minor' });
      sent.shift()?.answer();
    }
  };
  await answerBatches(400);
  gc();
  const before = oldBytes();
  await answerBatches(400);
  const perAsk = (oldBytes() - before) / (400 * ASKS_OF_A_BATCH);
  expect(perAsk).toBeLessThan(50);
});
