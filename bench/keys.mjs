/** Numbers from 0 to below 1, the same for the same seed: mulberry32. */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Ranks from 0 to below `count`, the k-th asked for in proportion to 1/k^`exponent` (Zipf's law). Keeps no table, so that
 * there may be any number of keys: rejection-inversion, after Hörmann and Derflinger (1996).
 */
export function zipfRanks(count, random, exponent = 1) {
  const integral = (x) => (exponent === 1 ? Math.log(x) : (x ** (1 - exponent) - 1) / (1 - exponent));
  const inverse = (y) => (exponent === 1 ? Math.exp(y) : (1 + y * (1 - exponent)) ** (1 / (1 - exponent)));
  const weight = (x) => x ** -exponent;
  const highest = integral(count + 0.5);
  const lowest = integral(1.5) - 1;
  const shortcut = 2 - inverse(integral(2.5) - weight(2));
  return () => {
    for (;;) {
      const y = lowest + random() * (highest - lowest);
      const x = inverse(y);
      const rank = Math.min(count, Math.max(1, Math.round(x)));
      if (rank - x <= shortcut || y >= integral(rank + 0.5) - weight(rank)) return rank - 1;
    }
  };
}
