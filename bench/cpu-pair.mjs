import { load, startApp } from './http-load.mjs';
import { interleaved, median } from './stats.mjs';

/**
 * Several processes of each, and several short rounds: what is looked for is smaller than what two processes of the very
 * same application differ by, since each compiles and collects its garbage as chance has it.
 */
const PROCESSES = 4;
const ROUNDS = 4;
const SECONDS = 1;

/**
 * By chance V8 takes objects of requests for long-lived ones, in some processes and not in others, with and without the
 * thing that is looked for: then a request that waits for Redis costs half as much again.
 */
const NODE_OPTIONS = ['--no-allocation-site-pretenuring'];

/**
 * What a request costs an application's processor with something, ÷ without it: `apps` are two variants of http-app.mjs.
 * `meanwhile` is done to the application under load and returns what ends that. `noisePercent` is how far from their
 * median the processes without it are: a difference below that says nothing.
 */
export async function measureCpuPair(name, apps, redis, meanwhile = () => () => {}) {
  const started = {};
  const options = { redis, nodeOptions: NODE_OPTIONS };
  try {
    for (let i = 0; i < PROCESSES; i++) {
      for (const [which, app] of Object.entries(apps)) started[`${which} ${i}`] = await startApp(app, options);
    }
    const rounds = await interleaved(started, ROUNDS, async (app) => {
      const end = meanwhile(app);
      try {
        return (await load(app, undefined, SECONDS)).cpuMicros;
      } finally {
        end();
      }
    });
    const ofEach = (which) => Array.from({ length: PROCESSES }, (_, i) => median(rounds[`${which} ${i}`]));
    const [costs, without] = [ofEach('with'), ofEach('without')];
    const ratio = median(costs) / median(without);
    const apart = median(without.map((cost) => Math.abs(cost / median(without) - 1)));
    return {
      name,
      ratio,
      percent: Number((100 * (ratio - 1)).toFixed(1)),
      noisePercent: Number((100 * apart).toFixed(1)),
      cpuMicrosWith: Number(median(costs).toFixed(1)),
      cpuMicrosWithout: Number(median(without).toFixed(1)),
      cpuMicrosOfEach: `${costs.map((cost) => cost.toFixed(1)).join(' ')} ÷ ${without.map((cost) => cost.toFixed(1)).join(' ')}`,
    };
  } finally {
    for (const { child } of Object.values(started)) child.kill();
  }
}
