import { StoreUnavailableError } from '../../core/errors';
import type { Verdict } from '../../core/store';
import { quotaOf } from '../../testing';
import { replyBytes } from './reply-bytes.spec-support';
import { type Answer, type Ask, decodeReply, encodeAsks } from './wire';
import { longText, numberText, shortText } from './wire-numbers';

const quota = quotaOf({ limit: 10, per: '1m' });
const bucket = quotaOf({ limit: 10, per: '1m', algorithm: 'token-bucket' });
const consume = (identity: string, bucketId = 'a'): Ask => ({
  kind: 'consume',
  charges: [{ bucketId, identity, quota, cost: 1 }],
});
const call = (asks: readonly Ask[]) => encodeAsks(asks, (identity) => `k:${identity}`);
const program = (asks: readonly Ask[]) => call(asks).args[0] as string;
const decoded = (asks: readonly Ask[], reply: readonly number[]): readonly Answer[] =>
  decodeReply(call(asks).groups, replyBytes(...reply));

describe('a call', () => {
  test('names each key once', () => {
    const asks = [consume('ip:1'), consume('ip:2'), consume('ip:1', 'b')];
    expect(call(asks).keys).toEqual(['k:ip:1', 'k:ip:2']);
  });

  test('tells each policy once', () => {
    const one = program([consume('ip:1')]).length;
    // An ask of a known policy is four bytes more: kind, key, policy, cost.
    expect(program([consume('ip:1'), consume('ip:2')]).length).toBe(one + 4);
  });

  test('tells policies of one quota and different buckets apart', () => {
    const texts = ['a', 'b', 'a'].map((id) => program([consume('ip:1', id)]));
    expect(texts[0]).toBe(texts[2]);
    expect(texts[0]).not.toBe(texts[1]);
  });

  test('may be as long as it needs', () => {
    const ask: Ask = { kind: 'peek', charges: [{ bucketId: 'a', identity: 'ip:1', quota, cost: 10_000 }] };
    const again = [17, 1, 1, 10_000].map(numberText).join('');
    expect(program(Array.from({ length: 2_000 }, () => ask)).endsWith(again.repeat(1_999))).toBe(true);
  });

  test('says once what is asked again and again', () => {
    const twice = program([consume('ip:1'), consume('ip:1')]);
    expect(program(Array.from({ length: 60 }, () => consume('ip:1'))).length).toBe(twice.length);
    // One byte more says how often.
    expect(twice.length).toBe(program([consume('ip:1')]).length + 1);
  });

  test('keeps the order of what is asked of one key', () => {
    const others: readonly Ask[] = [
      { kind: 'peek', charges: consume('ip:1').charges },
      consume('ip:1', 'b'),
      { kind: 'consume', charges: [{ bucketId: 'a', identity: 'ip:1', quota, cost: 2 }] },
      { kind: 'consume', charges: [...consume('ip:1').charges, ...consume('ip:2').charges] },
    ];
    for (const other of others) {
      const { groups } = call([consume('ip:1'), consume('ip:2'), other, consume('ip:2'), consume('ip:1')]);
      expect(groups.map(({ place }) => place).filter((place) => place !== 3)).toEqual([0, 1, 2, 4]);
    }
  });

  test('does not repeat what costs nothing or what owes', () => {
    const charge = { bucketId: 'a', identity: 'ip:1', quota, cost: 1 };
    for (const change of [{ cost: 0 }, { owed: [{ units: 1, agoTicks: 0 }] }]) {
      const ask: Ask = { kind: 'consume', charges: [{ ...charge, ...change }] };
      expect(call([ask, ask]).groups).toHaveLength(2);
    }
  });

  test('is plain ASCII, which no encoding changes', () => {
    expect(Math.max(...Buffer.from(program([consume('ip:é')])))).toBeLessThan(128);
  });
});

test('numbers are written in base 64', () => {
  expect([...Buffer.from(numberText(63))]).toEqual([63]);
  expect([...Buffer.from(numberText(64 * 64 + 5))]).toEqual([65, 64, 5]);
  for (const value of [-1, 0.5, 64.5, NaN, Infinity]) expect(() => numberText(value)).toThrow(RangeError);
});

test('long numbers are written in eight digits of base 128', () => {
  expect([...Buffer.from(longText(128 * 128 + 5))]).toEqual([0, 0, 0, 0, 0, 1, 0, 5]);
  const most = [...Buffer.from(longText(Number.MAX_SAFE_INTEGER))];
  expect(most.reduce((sum, digit) => sum * 128 + digit, 0)).toBe(Number.MAX_SAFE_INTEGER);
  for (const value of [-1, 0.5, NaN, 2 ** 53]) expect(() => longText(value)).toThrow(RangeError);
});

test('short numbers are written in two digits of base 128', () => {
  expect([...Buffer.from(shortText(128 + 5))]).toEqual([1, 5]);
  for (const value of [-1, 0.5, 128 ** 2]) expect(() => shortText(value)).toThrow(RangeError);
});

describe('a reply', () => {
  const refund: Ask = {
    kind: 'refund',
    charges: [{ bucketId: 'b', identity: 'ip:1', quota: bucket, cost: 1 }],
    units: 1,
    mark: 0,
  };

  test('is read in the order of the asks', () => {
    const [verdicts, back] = decoded([consume('ip:1'), refund], [1_000, 9, 5, 480_000_000, 24_000_000]);
    const times = { retryTicks: 0, nextUnitTicks: 5, resetTicks: 480_000_000, mark: 1_000 };
    expect(verdicts).toEqual([{ outcome: 'allowed', granted: 1, remaining: 9, ...times }]);
    expect(back).toBe(0.5);
  });

  test('leaves the time until a window is full out where that is all of it', () => {
    expect(decoded([consume('ip:1')], [1_000, 9, -5])).toMatchObject([
      [{ outcome: 'allowed', remaining: 9, nextUnitTicks: 5, resetTicks: 480_000_000 }],
    ]);
  });

  test('tells of repeated asks how many were granted, the last of those, and a refusal', () => {
    const asks = [consume('ip:1'), consume('ip:2'), consume('ip:1'), consume('ip:1')];
    const answers = decoded(asks, [1_000, 2, 0, -5, -1, 5, 80, 5, 9, -7]);
    const [first, other, second, third] = answers.map((answer) => (answer as readonly Verdict[])[0]);
    expect(first).toMatchObject({ outcome: 'allowed', granted: 1, remaining: 1, nextUnitTicks: 5 });
    expect(second).toMatchObject({ outcome: 'allowed', granted: 1, remaining: 0, nextUnitTicks: 5 });
    expect(third).toMatchObject({ outcome: 'denied', granted: 0, remaining: 0, retryTicks: 5 });
    expect(other).toMatchObject({ outcome: 'allowed', remaining: 9, nextUnitTicks: 7 });
  });

  test.each([-1, 3, 1.5, -1e12])('cannot say that %d of two repeated asks were granted', (granted) => {
    const asks = [consume('ip:1'), consume('ip:1')];
    expect(() => decoded(asks, [1_000, granted, 1, 5, 80, -1, 5, 80, 5])).toThrow(StoreUnavailableError);
  });

  test.each([[[]], [[1_000]], [[1_000, NaN]], [[1_000, 9, 5, 80, 1]]])('cannot be %j', (reply) => {
    expect(() => decoded([consume('ip:1')], reply)).toThrow(StoreUnavailableError);
  });

  test.each([
    ['undefined', undefined],
    ['a text', 'OK'],
    ['a list', [1_000, 9, -5]],
    ['part of a number', replyBytes(1_000, 9, -5).subarray(0, 23)],
  ])('cannot be %s', (_, reply) => {
    expect(() => decodeReply(call([consume('ip:1')]).groups, reply)).toThrow(StoreUnavailableError);
  });

  test('may begin anywhere in what has arrived', () => {
    const arrived = Buffer.concat([Buffer.from('abc'), replyBytes(1_000, 9, -5)]);
    expect(decodeReply(call([consume('ip:1')]).groups, arrived.subarray(3))).toMatchObject([[{ remaining: 9 }]]);
  });
});
