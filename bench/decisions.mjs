import { addressOf, ALGORITHMS, FLEXIBLE, makePeer, makeRateLimiter, makeStore, THROTTLER } from './peers.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

const KEYS = 10_000;
const DECISIONS = 100_000;
const ROUNDS = 9;
/** Nobody is refused: some 100 calls of each key fit easily. */
const QUOTA = { limit: 10_000, windowMs: 3_600_000 };

/** Decisions per second of one process, one after another, over keys picked at random. */
export async function measureDecisions() {
  const addresses = Array.from({ length: KEYS }, (_, i) => addressOf(i));
  const picks = Uint16Array.from({ length: DECISIONS }, () => Math.random() * KEYS);
  const rateOf = async (run) => {
    const start = performance.now();
    await run();
    return DECISIONS / ((performance.now() - start) / 1000);
  };
  const awaited = ({ decide, close }) => ({
    close,
    run: async () => {
      for (const pick of picks) await decide(addresses[pick]);
    },
  });
  const direct = ({ decide, close }) => ({
    close,
    run: () => {
      for (const pick of picks) decide(addresses[pick]);
    },
  });

  const contestants = {};
  for (const algorithm of ALGORITHMS) {
    contestants[`memory store, ${algorithm}`] = direct(makeStore(algorithm, QUOTA));
    contestants[`memory store, ${algorithm}, awaited`] = awaited(makeStore(algorithm, QUOTA));
    contestants[`RateLimiter, ${algorithm}`] = awaited(await makeRateLimiter(algorithm, QUOTA));
  }
  const ours = Object.keys(contestants);
  for (const peer of [FLEXIBLE, THROTTLER]) contestants[peer] = awaited(makePeer(peer, QUOTA));

  const rates = await interleaved(contestants, ROUNDS, ({ run }) => rateOf(run));
  for (const { close } of Object.values(contestants)) await close();

  const ns = (name) => Math.round(1e9 / median(rates[name]));
  return [FLEXIBLE, THROTTLER].flatMap((peer) =>
    ours.map((name) => ({
      name: `decisions/s, ${name} ÷ ${peer}`,
      ratio: medianRatio(rates[name], rates[peer]),
      nsPerDecision: ns(name),
      peerNsPerDecision: ns(peer),
    })),
  );
}
