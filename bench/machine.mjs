import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';

/** What everything was measured on, and how busy it was when the bench began. */
export function measureMachine() {
  const processors = cpus();
  const [loadOfLastMinute] = loadavg();
  const redis = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  return [
    {
      name: 'machine, work waiting before the bench ÷ processors',
      ratio: loadOfLastMinute / processors.length,
      processors: processors.length,
      processor: processors[0].model,
      node: process.versions.node,
      redis: /v=(\S+)/.exec(redis.stdout)?.[1],
    },
  ];
}
