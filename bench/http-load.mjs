import { ask, startProcess } from './own-process.mjs';
import { cpuOf } from './redis-stats.mjs';
import { interleaved, median, medianRatio } from './stats.mjs';
import { wrk } from './wrk.mjs';

const CONNECTIONS = 64;
const SECONDS = 1;
/** Each variant is started so often: processes of the very same application differ, as V8 compiles by chance. */
const STARTS = 5;
const ROUNDS = 6;
/** Of an application that refuses: those that came before its first refusal. */
const ADMITTED_AT_MOST = CONNECTIONS;

/**
 * Requests per second of applications, each ÷ the one whose variant is `none`. `labels` says what each other variant is
 * called. `file` is the application, `platform` what it runs on, and `redis` the server it keeps limits in, if any. Each
 * is loaded for `warmUpSeconds` before anybody's first round.
 */
export async function measureApps(labels, options = {}) {
  const { redis, title = 'HTTP' } = options;
  const figures = await loadApps(['none', ...Object.keys(labels)], options);
  return Object.entries(labels).map(([name, label]) => ({
    name: `${title}, ${label} ÷ no limiter`,
    ratio: medianRatio(figures.of(name, 'requestsPerSecond'), figures.of('none', 'requestsPerSecond')),
    requestsPerSecond: figures.perSecond(name),
    cpuMicrosPerRequest: figures.micros(name, 'cpuMicros'),
    cpuMicrosWithoutLimiter: figures.micros('none', 'cpuMicros'),
    ...(redis && { redisMicrosPerRequest: figures.micros(name, 'redisMicros') }),
  }));
}

/** Loads applications in turn. Returns what `load` said in each round, and the medians. */
export async function loadApps(variants, options) {
  const starts = [];
  for (let i = 0; i < STARTS; i++) starts.push(await loadOnce(variants, options));
  const of = (name, figure) => starts.flatMap((figures) => figures[name].map((round) => round[figure]));
  return {
    of,
    perSecond: (name) => Math.round(median(of(name, 'requestsPerSecond'))),
    micros: (name, figure) => Number(median(of(name, figure)).toFixed(1)),
  };
}

async function loadOnce(variants, options) {
  const apps = {};
  try {
    for (const variant of variants) {
      apps[variant] = await startApp(variant, options);
      if (options.warmUpSeconds !== undefined) await load(apps[variant], options.redis, options.warmUpSeconds);
    }
    return await interleaved(apps, ROUNDS, (app) => load(app, options.redis, options.seconds ?? SECONDS));
  } finally {
    for (const { child } of Object.values(apps)) child.kill();
  }
}

/** One of the applications of `file`, in a process of its own; `nodeOptions` are Node's own. */
export async function startApp(variant, { file = 'http-app.mjs', platform = 'fastify', redis, nodeOptions = [] }) {
  const env = { ...process.env, ...(redis && { REDIS_URL: redis.url }) };
  const { child, answer } = await startProcess(file, [variant, platform], { env, execArgv: nodeOptions });
  return { child, url: `http://127.0.0.1:${answer.port}/`, isRefusing: variant.endsWith('refusing') };
}

/** Requests per second, and the CPU time that the application and Redis used for each. */
export async function load({ child, url, isRefusing }, redis, seconds) {
  const before = await cpuMicros(child);
  const redisBefore = redis === undefined ? 0 : await cpuOf(redis);
  const { answered, others, failed, perSecond } = await wrk(url, { connections: CONNECTIONS, seconds });
  const after = await cpuMicros(child);
  const redisAfter = redis === undefined ? 0 : await cpuOf(redis);
  const unexpected = isRefusing ? answered - others - ADMITTED_AT_MOST : others;
  if (unexpected > 0 || failed > 0) {
    throw new Error(`${url}: ${answered - others} answers were a success, ${others} none, ${failed} failed.`);
  }
  return {
    requestsPerSecond: perSecond,
    cpuMicros: (after - before) / answered,
    redisMicros: (redisAfter - redisBefore) / answered,
  };
}

/** CPU time that an application has used so far. */
export async function cpuMicros(child) {
  return (await ask(child, 'cpu')).cpuMicros;
}
