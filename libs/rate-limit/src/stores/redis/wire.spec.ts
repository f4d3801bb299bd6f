import { StoreUnavailableError } from '../../core/errors';
import { quotaOf } from '../../testing';
import { type Ask, decodeReply, encodeAsks } from './wire';
import { longText, numberText, shortText } from './wire-numbers';

const quota = quotaOf({ limit: 10, per: '1m' });
const bucket = quotaOf({ limit: 10, per: '1m', algorithm: 'token-bucket' });
const consume = (identity: string, bucketId = 'a'): Ask => ({
  kind: 'consume',
  charges: [{ bucketId, identity, quota, cost: 1 }],
});
const program = (asks: readonly Ask[]) => encodeAsks(asks, (identity) => `k:${identity}`).args[0] as string;

describe('a call', () => {
  test('names each key once', () => {
    const asks = [consume('ip:1'), consume('ip:2'), consume('ip:1', 'b')];
    expect(encodeAsks(asks, (identity) => `k:${identity}`).keys).toEqual(['k:ip:1', 'k:ip:2']);
  });

  test('tells each policy once', () => {
    const one = program([consume('ip:1')]).length;
    // An ask of a known key and policy is four bytes more: kind, key, policy, cost.
    expect(program([consume('ip:1'), consume('ip:1')]).length).toBe(one + 4);
  });

  test('tells policies of one quota and different buckets apart', () => {
    const texts = ['a', 'b', 'a'].map((id) => program([consume('ip:1', id)]));
    expect(texts[0]).toBe(texts[2]);
    expect(texts[0]).not.toBe(texts[1]);
  });

  test('may be as long as it needs', () => {
    const ask: Ask = { kind: 'consume', charges: [{ bucketId: 'a', identity: 'ip:1', quota, cost: 10_000 }] };
    const again = [16, 1, 1, 10_000].map(numberText).join('');
    expect(program(Array.from({ length: 2_000 }, () => ask)).endsWith(again.repeat(1_999))).toBe(true);
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
    const [verdicts, back] = decodeReply([consume('ip:1'), refund], [1_000, 9, 5, 480_000_000, 24_000_000]);
    const times = { retryTicks: 0, nextUnitTicks: 5, resetTicks: 480_000_000, mark: 1_000 };
    expect(verdicts).toEqual([{ outcome: 'allowed', granted: 1, remaining: 9, ...times }]);
    expect(back).toBe(0.5);
  });

  test('leaves the time until a window is full out where that is all of it', () => {
    expect(decodeReply([consume('ip:1')], [1_000, 9, -5])).toMatchObject([
      [{ outcome: 'allowed', remaining: 9, nextUnitTicks: 5, resetTicks: 480_000_000 }],
    ]);
  });

  test('may have its numbers as text', () => {
    expect(decodeReply([consume('ip:1')], ['1000', '9', '5', '80'])).toMatchObject([
      [{ remaining: 9, resetTicks: 80 }],
    ]);
  });

  test.each([undefined, 'OK', [], [1_000], [1_000, 'x'], [1_000, 9, 5, 80, 1]])('cannot be %j', (reply) => {
    expect(() => decodeReply([consume('ip:1')], reply)).toThrow(StoreUnavailableError);
  });
});
