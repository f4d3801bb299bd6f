import { quotaOf } from '../../testing';
import { algorithmOf, type BucketState } from './registry';

const SECOND = 8_000_000;
const frozen = (state: BucketState): BucketState => (typeof state === 'number' ? state : Object.freeze(state));

describe.each(['sliding-window', 'token-bucket', 'fixed-window'] as const)('%s', (algorithm) => {
  const quota = quotaOf({
    limit: 9,
    per: '1s',
    algorithm,
    ...(algorithm === 'sliding-window' ? { precision: 1 } : {}),
  });
  const { heal, charge, refund, available, mark } = algorithmOf(quota);

  test('never changes a state it was given', () => {
    let state: BucketState | undefined;
    // Frozen states throw where they are written to: charges at one and at later instants, folds, expiry, a step back.
    for (const at of [SECOND, SECOND, SECOND + 1, SECOND + 2, SECOND + 3, SECOND + 1, 2 * SECOND, 9 * SECOND]) {
      state = frozen(charge(state, quota, 1, at));
      refund(state, quota, 1, mark(state, at), at);
    }
    expect(() => heal(state!, quota, SECOND)).not.toThrow();
  });

  test('hands back the very state where there is nothing to mend', () => {
    const state = charge(undefined, quota, 2, SECOND);
    expect(heal(state, quota, SECOND + 5)).toBe(state);
    expect(heal(state, quota, 99 * SECOND)).toBe(state);
  });

  test('mending twice is mending once', () => {
    const healed = heal(charge(undefined, quota, 9, 99 * SECOND), quota, SECOND);
    expect(heal(healed, quota, SECOND)).toBe(healed);
    expect(available(healed, quota, SECOND)).toBe(0);
  });
});
