import { load, startApp } from './http-load.mjs';
import { interleaved, median } from './stats.mjs';

/** Of each process so many rounds are taken, each with the thing and without it, in turns. */
const PROCESSES = 3;
const ROUNDS = 8;
const SECONDS = 1;

/**
 * By chance V8 takes objects of requests for long-lived ones, in some processes and not in others, with and without the
 * thing that is looked for: then a request that waits for Redis costs half as much again.
 */
const NODE_OPTIONS = ['--no-allocation-site-pretenuring'];

/**
 * What a request costs an application's processor with something, ÷ without it: `variant` is one of http-app.mjs that can
 * switch it off and on. It is the very same process that is measured with it and without, since what is looked for is
 * smaller than what two processes of one application differ by: each compiles as chance has it. `meanwhile` is done to
 * the application while it has the thing, and returns what ends that.
 */
export async function measureCpuPair(name, variant, redis, meanwhile = () => () => {}) {
  const costs = [];
  const without = [];
  for (let i = 0; i < PROCESSES; i++) {
    const app = await startApp(variant, { redis, nodeOptions: NODE_OPTIONS });
    try {
      const rounds = await interleaved({ with: true, without: false }, ROUNDS, (isOn) => costOf(app, isOn, meanwhile));
      costs.push(median(rounds.with));
      without.push(median(rounds.without));
    } finally {
      app.child.kill();
    }
  }
  const ratios = costs.map((cost, i) => cost / without[i]);
  const percentOf = (ratio) => Number((100 * (ratio - 1)).toFixed(1));
  return {
    name,
    ratio: median(ratios),
    percent: percentOf(median(ratios)),
    percentOfEach: ratios.map(percentOf).join(' / '),
    cpuMicrosWith: Number(median(costs).toFixed(1)),
    cpuMicrosWithout: Number(median(without).toFixed(1)),
  };
}

async function costOf(app, isOn, meanwhile) {
  app.child.send({ isOn });
  const end = isOn ? meanwhile(app) : () => {};
  try {
    return (await load(app, undefined, SECONDS)).cpuMicros;
  } finally {
    end();
  }
}
