import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BucketState, type Quota, runVector, type VectorFile, type VectorTarget } from 'nest-floodgate/testing';
import type { Ask } from '../../../libs/rate-limit/src/stores/redis/wire';
import { ScriptClient } from '../scripts/script-client';

const folder = join(__dirname, '../../vectors');

let client: ScriptClient;
beforeAll(async () => {
  client = await ScriptClient.start();
});
afterAll(async () => {
  expect(await client.keysWithoutTtl()).toEqual([]);
  await client.stop();
});

let vectors = 0;

/** A bucket of its own in Redis. What a peek mended is not kept, so a state is shown as it is. */
function target(): VectorTarget {
  const identity = `ip:${++vectors}`;
  const charge = (quota: Quota, cost = 0) => ({ bucketId: `v:${quota.algorithm}`, identity, quota, cost });
  let algorithm = '';
  const first = async (ask: Ask, at: number) => {
    algorithm = ask.charges[0].quota.algorithm;
    return (await client.verdicts(ask, at))[0]!;
  };
  return {
    consume: (quota, cost, at) => first({ kind: 'consume', charges: [charge(quota, cost)] }, at),
    consumeUpTo: (quota, cost, at) => first({ kind: 'consumeUpTo', charges: [charge(quota, cost)] }, at),
    peek: (quota, cost, at) => first({ kind: 'peek', charges: [charge(quota, cost)] }, at),
    refund: async (quota, units, mark, at) => {
      const [back] = await client.decide([{ kind: 'refund', charges: [charge(quota)], units, mark }], at);
      return back as number;
    },
    state: async () => (await client.state(`v:${algorithm}`, identity)) as BucketState | undefined,
  };
}

describe.each(['sliding-window', 'token-bucket', 'fixed-window'] as const)('%s in Redis', (name) => {
  const file = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as VectorFile;

  test.each(file.cases)('$name', async (vector) => {
    expect(await runVector(file.algorithm, vector, target())).toEqual(vector.steps);
  });
});
