/** CPU time of the server's process so far, in microseconds. */
export async function cpuOf(redis) {
  const info = await redis.cli('INFO', 'cpu');
  const seconds = ['user', 'sys'].map((kind) => Number(info.match(new RegExp(`used_cpu_${kind}:([\\d.]+)`))?.[1]));
  return (seconds[0] + seconds[1]) * 1e6;
}

/** Scripts run so far, and the microseconds that Redis spent in them. */
export async function scriptsOf(redis) {
  const info = await redis.cli('INFO', 'commandstats');
  const [, calls = 0, micros = 0] = info.match(/cmdstat_evalsha:calls=(\d+),usec=(\d+)/) ?? [];
  return { calls: Number(calls), micros: Number(micros) };
}

/** CPU time of this process so far, in microseconds. */
export function ownCpu() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** What `run` costs, which makes so many decisions: how many a second, and of each the CPU time and the calls of Redis. */
export async function rateOfRun(redis, decisions, run) {
  const cpuBefore = await cpuOf(redis);
  const { calls: callsBefore } = await scriptsOf(redis);
  const ownBefore = ownCpu();
  const start = performance.now();
  await run();
  const seconds = (performance.now() - start) / 1000;
  return {
    perSecond: decisions / seconds,
    nodeMicros: (ownCpu() - ownBefore) / decisions,
    redisMicros: ((await cpuOf(redis)) - cpuBefore) / decisions,
    callsPerThousand: ((await scriptsOf(redis)).calls - callsBefore) / (decisions / 1000),
  };
}
