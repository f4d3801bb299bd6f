import { isDeepStrictEqual } from 'node:util';
import type { Verdict } from 'nest-floodgate/testing';
import type { Answer } from '../../../libs/rate-limit/src/stores/redis/wire';
import { randomNumbers } from '../../../libs/rate-limit/src/testing/random-numbers';
import { RandomAsks } from './random-asks';
import { ScriptClient } from './script-client';
import { ScriptModel } from './script-model';
import { unpackState } from './packed-state';

const DECISIONS = Number(process.env.SCRIPT_DECISIONS ?? 200_000);
const CALLS_PER_SCHEDULE = 40;
const MOST_ASKS = 40;

let client: ScriptClient;
beforeAll(async () => {
  client = await ScriptClient.start();
});
afterAll(async () => {
  expect(await client.keysWithoutTtl()).toEqual([]);
  await client.stop();
});

test(`Lua and TypeScript agree in every number of ${DECISIONS} decisions, and in what they keep`, async () => {
  const asked = { consume: 0, peek: 0, consumeUpTo: 0, refund: 0, lease: 0, giveBack: 0 };
  const seen = { ...asked, leased: 0, allowed: 0, denied: 0, impossible: 0, back: 0, repeated: 0 };
  /** Repeated asks that were refused where the one before was granted. */
  let ended = 0;
  /** Packed states by their form. */
  const forms = new Map<number, number>();
  let decisions = 0;
  // A second try begins anew.
  await client.redis.flushall();
  for (let schedule = 1; decisions < DECISIONS; schedule++) {
    const random = randomNumbers(schedule + Number(process.env.SCRIPT_SEED ?? 0));
    const asks = new RandomAsks(schedule, random);
    const model = new ScriptModel();
    for (let call = 0; call < CALLS_PER_SCHEDULE; call++) {
      asks.tick();
      const batch = asks.batch(1 + random(MOST_ASKS));
      const expected = model.decide(batch, asks.now);
      const answers = await client.decide(batch, asks.now);
      mustEqual({ schedule, call, answers }, { schedule, call, answers: expected });
      await followDrops(model, asks.now);
      expected.forEach((answer, i) => {
        const ask = batch[i]!;
        asks.learn(ask, answer);
        seen[ask.kind]++;
        if (typeof answer === 'number') seen.back += answer > 0 ? 1 : 0;
        else if ('calls' in answer) seen.leased += answer.calls > 0 ? 1 : 0;
        else for (const { outcome } of answer) seen[outcome]++;
        decisions += ask.charges.length;
        if (ask.kind !== 'consume' || ask !== batch[i - 1]) return;
        if (outcomesOf(answer) === outcomesOf(expected[i - 1]!)) seen.repeated++;
        else ended++;
      });
      if (call % 20 === 19) await expectSameStates(schedule, model, forms);
    }
  }
  // Every kind of answer was among them, so the comparison is worth its name.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(DECISIONS / 200);
  expect(ended).toBeGreaterThan(DECISIONS / 400);
  // So was every form of lua/packing.lua.
  for (const form of [1, 2, 3, 4, 5, 6, 7]) expect(forms.get(form) ?? 0).toBeGreaterThan(DECISIONS / 200_000);
}, 300_000);

function outcomesOf(answer: Answer): string {
  return (answer as readonly Verdict[]).map(({ outcome }) => outcome).join();
}

/** Jest takes far longer to compare, so it is asked where something is wrong, and says what. */
function mustEqual<T>(actual: T, expected: T): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

async function followDrops(model: ScriptModel, now: number): Promise<void> {
  const identities = [...model.identities.keys()];
  const kept = await Promise.all(identities.map((identity) => client.redis.hkeys(client.keys.keyOf(identity))));
  identities.forEach((identity, i) => {
    model.drop(identity, (bucketId) => !kept[i]!.includes(client.keys.fieldOf(bucketId)), now);
  });
}

async function expectSameStates(schedule: number, model: ScriptModel, forms: Map<number, number>): Promise<void> {
  for (const [identity, buckets] of model.identities) {
    const kept = await client.allPacked(identity);
    for (const [first = 0] of kept.values()) forms.set(first % 16, (forms.get(first % 16) ?? 0) + 1);
    const states = [...kept].map(([field, packed]) => [field, unpackState(packed)] as const);
    const expected = [...buckets].map(([id, { kept }]) => [client.keys.fieldOf(id), kept] as const);
    mustEqual({ schedule, states: new Map(states) }, { schedule, states: new Map(expected) });
  }
}
