// Prints the heap bytes that one limiter keeps for each of a million keys hit once. Needs --expose-gc.
import { addressOf, ALGORITHMS, makePeer, makeStore } from './peers.mjs';

const KEYS = 1_000_000;
/** Lets promises and their reactions go before the heap is looked at. */
const KEYS_AT_ONCE = 10_000;
/** Nothing is over before the heap was looked at, not even one unit of a token bucket. */
const QUOTA = { limit: 100, windowMs: 86_400_000 };

/** The heap, and what typed arrays keep beside it. */
const bytesUsed = () => {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const name = process.argv[2];
const { decide } = ALGORITHMS.includes(name) ? makeStore(name, QUOTA) : makePeer(name, QUOTA);
const before = bytesUsed();
for (let i = 0; i < KEYS; i += KEYS_AT_ONCE) {
  for (let key = i; key < i + KEYS_AT_ONCE; key++) await decide(addressOf(key));
  await new Promise(setImmediate);
}
// A peer has a timer for each key, which would keep the process alive for a day.
process.stdout.write(String((bytesUsed() - before) / KEYS), () => process.exit());
