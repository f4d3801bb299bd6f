import { readOptions } from '../simulate/options.mjs';
import { simulate } from '../simulate/simulation.mjs';

/** The fleets of docs/scaling.md, by what they are called there, with the options of `npm run simulate`. */
const FLEETS = {
  'a team: 4 instances, one Redis': '--instances 4 --rate 5000 --keys 100000',
  'a company: 20 instances, one Redis': '--instances 20 --rate 40000 --keys 1000000',
  'the same, all keys alike': '--instances 20 --rate 40000 --keys 1000000 --zipf 0',
  'too much for one Redis': '--instances 100 --rate 300000 --keys 10000000 --seconds 1',
  'the same on a Cluster of 6': '--instances 100 --rate 300000 --keys 10000000 --seconds 1 --shards 6',
  'a large fleet: 200 instances, a Cluster of 8':
    '--instances 200 --rate 400000 --keys 10000000 --seconds 1 --shards 8',
  'an attack: 50 keys at ten times their limit': '--instances 20 --rate 50000 --keys 50 --zipf 0 --limit 100',
};

/** Simulates them all: `{ name, flags, result }` of each. */
export async function simulateFleets() {
  const fleets = [];
  for (const [name, flags] of Object.entries(FLEETS)) {
    const texts = Object.fromEntries(
      Array.from(flags.matchAll(/--(\w+) (\S+)/g), ([, option, text]) => [option, text]),
    );
    fleets.push({ name, flags, result: await simulate(readOptions(texts)) });
  }
  return fleets;
}
