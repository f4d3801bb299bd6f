/** The 99th part of a hundred of a normal distribution, in standard deviations. */
const NORMAL_P99 = 2.3263;

/**
 * Milliseconds that a message is on its way: log-normal, as measured networks are, by its median and its 99th
 * percentile. A median of 0 is no network at all.
 */
export function delays({ p50Ms, p99Ms }, random) {
  if (p50Ms === 0) return () => 0;
  const sigma = Math.log(p99Ms / p50Ms) / NORMAL_P99;
  return () => p50Ms * Math.exp(sigma * normal(random));
}

/** Box and Muller. */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
