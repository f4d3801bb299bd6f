import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimulatedBucket } from './simulated-bucket';
import { runVector, type VectorFile, type VectorTarget } from './vectors';

const folder = join(__dirname, '../../../../test/vectors');

function simulated(): VectorTarget {
  const bucket = new SimulatedBucket();
  return {
    consume: (quota, cost, at) => bucket.consume(quota, cost, at),
    consumeUpTo: (quota, cost, at) => bucket.consumeUpTo(quota, cost, at),
    peek: (quota, cost, at) => bucket.peek(quota, cost, at),
    refund: (quota, units, mark, at) => bucket.refund(quota, units, mark, at),
    state: () => bucket.state,
  };
}

describe.each(['sliding-window', 'token-bucket', 'fixed-window'] as const)('%s', (name) => {
  const file = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as VectorFile;

  test('is the algorithm of its file', () => {
    expect(file.algorithm).toBe(name);
  });

  test.each(file.cases)('$name', async (vector) => {
    expect(await runVector(file.algorithm, vector, simulated())).toEqual(vector.steps);
  });

  test('a target that cannot show its state is judged by its answers', async () => {
    const { state, ...blind } = simulated();
    expect(state?.()).toBeUndefined();
    const [vector] = file.cases;
    expect(await runVector(file.algorithm, vector!, blind)).toEqual(vector!.steps);
  });
});
