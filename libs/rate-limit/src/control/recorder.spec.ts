import type { PolicyDecision } from '../core/decision';
import type { Policy } from '../core/policy';
import { Problems } from '../core/problems';
import type { Charge } from '../core/store';
import { PolicyRegistry } from '../engine/policy-registry';
import { MemoryRecording } from './memory-recording';
import { readChunk } from './recording';
import { Recorder } from './recorder';

const registry = new PolicyRegistry<never>();
registry.add('search', 'search', { limit: 5, per: '1m' }, new Problems());
registry.add('plan', 'plan', { limit: () => 7, per: '1m' }, new Problems());
const search = registry.find('search')!;
const plan = registry.find('plan')!;

let dropped: number;
let recorder: Recorder;
beforeEach(() => {
  dropped = 0;
  recorder = new Recorder({
    policyOf: (name) => registry.find(name),
    isAdjusted: () => false,
    onDropped: (events) => (dropped += events),
    unixMs: () => 1_000,
  });
});

function decide(policy: Policy<never>, change: Partial<PolicyDecision & Charge> = {}): void {
  const quota = change.quota ?? policy.quota ?? policy.quotaFor(7);
  const { identity = 'user:1', bucketId = `${policy.name}\nsliding-window\n`, cost = 1 } = change;
  const decision = { outcome: 'allowed', granted: cost, cost, ...change, policy: policy.name } as PolicyDecision;
  recorder.decided(decision, { bucketId, identity, quota, cost });
}
const recorded = () => readChunk(recorder.take()?.text ?? '', recorder.oneIn);

describe('the recorder', () => {
  test('keeps what is needed to decide again, with the limit where the request says it', () => {
    decide(search, { cost: 2 });
    decide(plan, { outcome: 'denied', granted: 0 });
    const common = { atMs: 1_000, identity: 'user:1' };
    expect(recorded()).toEqual([
      { ...common, bucketId: 'search\nsliding-window\n', cost: 2, limit: undefined },
      { ...common, bucketId: 'plan\nsliding-window\n', cost: 1, limit: 7 },
    ]);
    expect(recorder.take()).toBeUndefined();
  });

  test('leaves out what the policy did not decide', () => {
    decide(search, { outcome: 'denied', granted: 0, banId: 'b-1' });
    decide(search, { granted: 0, cost: 1 });
    decide(search, { quota: registry.compile('search', '', { limit: 9, per: '1h' }, new Problems())!.quota! });
    expect(recorded()).toEqual([]);
  });

  test('counts what there is no room for, and what could not be kept', () => {
    for (let i = 0; i < 2_500; i++) decide(search);
    const chunk = recorder.take()!;
    expect(chunk).toMatchObject({ events: 2_000, dropped: 500 });
    recorder.lost(chunk);
    decide(search);
    expect(recorder.take()).toMatchObject({ events: 1, dropped: 2_500 });
    expect(dropped).toBe(2_500);
  });
});

describe('a recording', () => {
  test('forgets the oldest where there are too many, and what is too old', async () => {
    let nowMs = 0;
    const recording = new MemoryRecording(() => nowMs);
    const add = (text: string, events: number) => recording.add({ text, events, dropped: 0 }, 1_000, 10);
    await add('a', 4);
    nowMs = 500;
    await add('b', 4);
    await add('c', 4);
    expect([await recording.texts(), await recording.facts()]).toMatchObject([
      ['b', 'c'],
      { events: 8, dropped: 4, fromMs: 500 },
    ]);
    nowMs = 2_000;
    await add('d', 1);
    expect([await recording.texts(), await recording.facts()]).toMatchObject([['d'], { events: 1, dropped: 4 }]);
  });

  test('of another share of the keys, or broken, is not read', () => {
    decide(search);
    const { text } = recorder.take()!;
    expect([readChunk(text, 1).length, readChunk(text, 2).length, readChunk('{', 1).length]).toEqual([1, 0, 0]);
  });
});
