import { ask, startProcess } from './own-process.mjs';
import { ALGORITHMS, FLEXIBLE, THROTTLER } from './peers.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

const STARTS = 5;
const ROUNDS = 4;
const PEERS = [FLEXIBLE, THROTTLER];

/** What `decisions-child.mjs` makes of each contestant, and whether its answers are awaited. */
const ours = Object.fromEntries(
  ALGORITHMS.flatMap((algorithm) => [
    [`memory store, ${algorithm}`, ['store', algorithm, false]],
    [`memory store, ${algorithm}, awaited`, ['store', algorithm, true]],
    [`RateLimiter, ${algorithm}`, ['RateLimiter', algorithm, true]],
  ]),
);
const contestants = { ...ours, ...Object.fromEntries(PEERS.map((peer) => [peer, ['peer', peer, true]])) };

/**
 * Decisions per second, one after another, over keys picked at random. Each contestant has a process of its own, as in
 * an application: in one they would fill each other's caches, and collect the garbage of @nestjs/throttler, which keeps
 * a timer for every hit.
 */
export async function measureDecisions() {
  const starts = [];
  for (let i = 0; i < STARTS; i++) starts.push(await measureOnce());
  const rates = (name) => starts.flatMap((rounds) => rounds[name]);
  const ns = (name) => Math.round(1e9 / median(rates(name)));
  return PEERS.flatMap((peer) =>
    Object.keys(ours).map((name) => ({
      name: `decisions/s, ${name} ÷ ${peer}`,
      ratio: medianRatio(rates(name), rates(peer)),
      nsPerDecision: ns(name),
      peerNsPerDecision: ns(peer),
    })),
  );
}

async function measureOnce() {
  const children = {};
  try {
    for (const [name, setup] of Object.entries(contestants)) {
      children[name] = (await startProcess('decisions-child.mjs', [JSON.stringify(setup)])).child;
    }
    return await interleaved(children, ROUNDS, (child) => ask(child, 'decide'));
  } finally {
    for (const child of Object.values(children)) child.disconnect();
  }
}
