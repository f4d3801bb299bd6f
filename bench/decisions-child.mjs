// One limiter in memory, in a process of its own. Told to, it decides so often and says how many decisions that are a second.
import { randomNumbers } from './keys.mjs';
import { addressOf, makePeer, makeRateLimiter, makeStore } from './peers.mjs';

const KEYS = 10_000;
const DECISIONS = 100_000;
/** Nobody is refused: some 50 calls of each key fit easily. */
const QUOTA = { limit: 10_000, windowMs: 3_600_000 };
const MAKERS = { store: makeStore, RateLimiter: makeRateLimiter, peer: makePeer };

const [kind, name, isAwaited] = JSON.parse(process.argv[2]);
const { decide } = await MAKERS[kind](name, QUOTA);
const addresses = Array.from({ length: KEYS }, (_, i) => addressOf(i));
const random = randomNumbers(1);
const each = Uint16Array.from(addresses.keys());
const picks = Uint16Array.from({ length: DECISIONS }, () => random() * KEYS);

const awaited = async (indices) => {
  for (const index of indices) await decide(addresses[index]);
};
const direct = (indices) => {
  for (const index of indices) decide(addresses[index]);
};
const run = isAwaited ? awaited : direct;

process.on('message', async () => {
  // The turns of the others have left the processor's caches cold.
  await run(each);
  const start = performance.now();
  await run(picks);
  process.send(DECISIONS / ((performance.now() - start) / 1000));
});
// Peers have timers that would keep it alive.
process.on('disconnect', () => process.exit());
process.send('ready');
