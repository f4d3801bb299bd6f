import { load, startApp } from './http-load.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';

/** Many short rounds: what is looked for is smaller than what one round differs from the next by. */
const ROUNDS = 15;
const SECONDS = 1;

/**
 * What a request costs an application's processor with something, ÷ without it: `apps` are two variants of http-app.mjs.
 * `meanwhile` is done to the application under load and returns what ends that.
 */
export async function measureCpuPair(name, apps, redis, meanwhile = () => () => {}) {
  const started = {};
  try {
    for (const [which, variant] of Object.entries(apps)) started[which] = await startApp(variant, { redis });
    const { with: costs, without } = await interleaved(started, ROUNDS, async (app) => {
      const end = meanwhile(app);
      try {
        return (await load(app, undefined, SECONDS)).cpuMicros;
      } finally {
        end();
      }
    });
    const ratio = medianRatio(costs, without);
    return {
      name,
      ratio,
      percent: Number((100 * (ratio - 1)).toFixed(1)),
      cpuMicrosWith: Number(median(costs).toFixed(1)),
      cpuMicrosWithout: Number(median(without).toFixed(1)),
    };
  } finally {
    for (const { child } of Object.values(started)) child.kill();
  }
}
