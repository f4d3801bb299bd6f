import { quotaOf, SimulatedBucket } from '.';

const SECOND = 8_000_000;

test('a quota is checked as a policy’s is', () => {
  expect(() => quotaOf({ limit: -1, per: '5 parsecs' })).toThrow(/quota\.limit: is -1.*\n.*quota\.per: is "5 parsecs"/);
});

test('a refusal keeps what was healed, a peek does not', () => {
  const quota = quotaOf({ limit: 1, per: '1s', algorithm: 'token-bucket' });
  const bucket = new SimulatedBucket();
  bucket.consume(quota, 1, 100 * SECOND);
  bucket.peek(quota, 1, SECOND);
  expect(bucket.state).toBe(101 * SECOND);
  bucket.consume(quota, 1, SECOND);
  expect(bucket.state).toBe(2 * SECOND);
});
