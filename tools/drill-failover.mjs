// The failover drill without Docker: two processes of the sample on a Redis with Sentinels, under load, while the master
// is taken away: first paused (connections stay open and nothing answers), then killed. Prints what clients saw, phase
// by phase, and ends with 1 where a promise was broken. The sample must be built.
import { setTimeout as pause } from 'node:timers/promises';
import { startSentinel } from '../test/support/redis/index.mjs';
import { until } from '../test/support/redis/until.mjs';
import { figuresOf, mostAdmitted } from './drill/figures.mjs';
import { Load } from './drill/load.mjs';
import { startSample } from './drill/sample.mjs';

const INSTANCES = 2;
/** A minute for a client: less than it asks for, so that there is something to deny. */
const LIMIT = 40;
const CLIENTS = 40;
const EVERY_MS = 250;
const DEADLINE_MS = 100;
const SLOWEST_MS = 1_000;
const RECOVERY_MS = 5_000;
const PASSWORD = 'drill';

const redis = await startSentinel({ password: PASSWORD });
const environment = {
  RATE_LIMIT_REDIS_SENTINELS: redis.sentinelPorts.map((port) => `127.0.0.1:${port}`).join(','),
  RATE_LIMIT_REDIS_SENTINEL_NAME: redis.masterName,
  RATE_LIMIT_REDIS_PASSWORD: PASSWORD,
  RATE_LIMIT_REDIS_DEADLINE_MS: String(DEADLINE_MS),
  RATE_LIMIT_INSTANCES: String(INSTANCES),
  RATE_LIMIT_FALLBACK_MEMORY: 'true',
  RATE_LIMIT_CHAT: String(LIMIT),
  RATE_LIMIT_REQUESTS: '1000000',
  TRUSTED_PROXIES: 'loopback',
};
const samples = await Promise.all(
  Array.from({ length: INSTANCES }, (_, index) => startSample(`sample ${index + 1}`, environment)),
);
const load = new Load({ urls: samples.map(({ url }) => `${url}/api/chat`), clients: CLIENTS, everyMs: EVERY_MS });

const phases = [];
async function phase(name, act) {
  const startMs = performance.now();
  const told = await act();
  phases.push({ name, startMs, endMs: performance.now(), told });
}

/** How many decisions a server was asked for. */
async function decisionsOf(server) {
  const stats = await server.cli('INFO', 'commandstats');
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

/** Takes the master away; resolves with the milliseconds from the new master's start to the first decision there. */
async function takeOver(takeAway) {
  const previous = await redis.master();
  const replicas = (await redis.replicas()).map(async (node) => [node, await decisionsOf(node)]);
  const before = new Map(await Promise.all(replicas));
  await takeAway(previous);
  const master = await redis.nextMaster(previous);
  const promotedMs = performance.now();
  const asked = async () => (await decisionsOf(master)) > before.get(master);
  await until('a decision at the new master', asked, { timeoutMs: 4 * RECOVERY_MS });
  return { previous, recoveryMs: Math.round(performance.now() - promotedMs) };
}

try {
  load.start();
  await phase('all is well', () => pause(5_000));
  await phase('master paused', () => takeOver((master) => master.pause()));
  const paused = phases.at(-1).told.previous;
  await phase('it comes back', async () => {
    paused.resume();
    await until('the old master to follow', async () => (await paused.cli('ROLE')).startsWith('slave'), {
      timeoutMs: 30_000,
    });
    await pause(3_000);
  });
  await phase('master killed', () => takeOver((master) => master.kill()));
  await phase('all is well again', () => pause(5_000));
} finally {
  await load.stop();
  report();
  await Promise.all([...samples, redis].map((part) => part.stop()));
}

/** A row of the table. Statuses get a name, since columns that look like numbers would come first. */
function rowOf(phase, startMs, endMs, more) {
  const answers = load.answers.filter(({ sentMs }) => sentMs >= startMs && sentMs < endMs);
  const { statuses, ...figures } = figuresOf(answers);
  const named = Object.entries(statuses).map(([status, count]) => [`HTTP ${status}`, count]);
  const seconds = Math.round((endMs - startMs) / 100) / 10;
  return { phase, seconds, ...figures, ...Object.fromEntries(named), ...more };
}

function report() {
  const rows = phases.map(({ name, startMs, endMs, told }) => {
    return rowOf(name, startMs, endMs, told?.recoveryMs === undefined ? {} : { recoveryMs: told.recoveryMs });
  });
  const overAdmission = Math.max(0, mostAdmitted(load.answers) - LIMIT);
  rows.push(rowOf('all', phases[0]?.startMs ?? 0, performance.now(), { overAdmission }));
  console.table(rows);
  const broken = brokenPromises();
  for (const promise of broken) console.log(`BROKEN: ${promise}`);
  console.log(broken.length === 0 ? 'Every promise was kept.' : `${broken.length} broken`);
  if (broken.length > 0) process.exitCode = 1;
}

function brokenPromises() {
  const { statuses, slowestMs, longestGapMs } = figuresOf(load.answers);
  const bad = Object.entries(statuses).filter(([status]) => status !== '200' && status !== '429');
  const takeovers = phases.filter(({ told }) => told?.recoveryMs !== undefined);
  // In a minute: what Redis admits, what all shares together admit without it, and a unit lost with each master.
  const bound = LIMIT + INSTANCES * Math.floor(LIMIT / INSTANCES) + takeovers.length;
  const most = mostAdmitted(load.answers);
  console.log(`Most admitted to one client in a minute: ${most}, of ${LIMIT}; with two outages at most ${bound}.`);
  return [
    ...bad.map(([status, count]) => `${count} requests were answered with ${status}`),
    ...(phases.length === 5 ? [] : ['the drill did not come to its end']),
    ...(most > bound ? [`one client was admitted ${most} times in a minute, more than ${bound}`] : []),
    ...(slowestMs > SLOWEST_MS ? [`an answer took ${slowestMs} ms, more than ${SLOWEST_MS}`] : []),
    ...(longestGapMs > SLOWEST_MS ? [`for ${longestGapMs} ms nobody was answered`] : []),
    ...takeovers
      .filter(({ told }) => told.recoveryMs > RECOVERY_MS)
      .map(({ name, told }) => `${name}: ${told.recoveryMs} ms until Redis was used again, more than ${RECOVERY_MS}`),
    ...samples.filter((sample) => sample.hasEnded()).map(({ name }) => `${name} ended`),
  ];
}
