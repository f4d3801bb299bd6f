import { quotaOf } from '../../testing';
import { slackExponent } from './wire-slack';

test.each([
  ['1s', 1],
  ['15s', 1],
  ['16s', 2],
  ['1m', 4],
  ['1h', 256],
  ['1d', 4_096],
  ['30d', 4_096],
])('the key of a window of %s may live %d seconds longer', (per, seconds) => {
  expect(2 ** slackExponent(quotaOf({ limit: 10, per }))).toBe(seconds);
});

test('of a token bucket, what counts is how long it takes to fill', () => {
  const bucket = quotaOf({ algorithm: 'token-bucket', limit: 10, burst: 160, per: '1s' });
  expect(2 ** slackExponent(bucket)).toBe(2);
});
