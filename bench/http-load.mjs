import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { interleaved, median, medianRatio } from './stats.mjs';

const CONNECTIONS = 64;
const SECONDS = 2;
const ROUNDS = 7;

/**
 * Requests per second of the applications of http-app.mjs, each ÷ the one without a limiter. `labels` says what each
 * variant is called.
 */
export async function measureApps(labels, environment = {}) {
  const variants = ['none', ...Object.keys(labels)];
  const apps = {};
  try {
    for (const name of variants) apps[name] = await startApp(name, environment);
    const figures = await interleaved(apps, ROUNDS, load);
    const of = (name, figure) => figures[name].map((round) => round[figure]);
    return Object.entries(labels).map(([name, label]) => ({
      name: `HTTP, ${label} ÷ no limiter`,
      ratio: medianRatio(of(name, 'requestsPerSecond'), of('none', 'requestsPerSecond')),
      requestsPerSecond: Math.round(median(of(name, 'requestsPerSecond'))),
      cpuMicrosPerRequest: Number(median(of(name, 'cpuMicros')).toFixed(1)),
      cpuMicrosWithoutLimiter: Number(median(of('none', 'cpuMicros')).toFixed(1)),
    }));
  } finally {
    for (const { child } of Object.values(apps)) child.kill();
  }
}

async function startApp(name, environment) {
  // stdout belongs to the results.
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
  const env = { ...process.env, ...environment };
  const child = fork(fileURLToPath(new URL('http-app.mjs', import.meta.url)), [name], { stdio, env });
  const answer = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (answer[0]?.port === undefined) throw new Error(`The application with ${name} did not start.`);
  return { child, url: `http://127.0.0.1:${answer[0].port}/` };
}

async function load({ child, url }) {
  const before = await cpuMicros(child);
  const result = await autocannon({ url, connections: CONNECTIONS, duration: SECONDS });
  const after = await cpuMicros(child);
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were no success, ${result.errors} failed.`);
  }
  const requests = result.requests.total;
  return { requestsPerSecond: requests / result.duration, cpuMicros: (after - before) / requests };
}

async function cpuMicros(child) {
  child.send('cpu');
  const [{ cpu }] = await once(child, 'message');
  return cpu.user + cpu.system;
}
