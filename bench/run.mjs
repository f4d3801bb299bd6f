// Measures the library beside its peers. README.md says how, and how to read it.
import { measureCalls } from './calls.mjs';
import { measureCluster } from './cluster.mjs';
import { measureDecisions } from './decisions.mjs';
import { measureDenied } from './denied.mjs';
import { measureGrowth } from './growth.mjs';
import { measureHeap } from './heap.mjs';
import { measureHttp } from './http.mjs';
import { measureLatency } from './latency.mjs';
import { measureLeased } from './leased.mjs';
import { measureMachine } from './machine.mjs';
import { measureOverhead } from './overhead.mjs';
import { measurePeersHttp } from './peers-http.mjs';
import { measureRedisDecisions } from './redis-decisions.mjs';
import { measureRedisHttp } from './redis-http.mjs';
import { measureRedisIdle } from './redis-idle.mjs';
import { measureRedisMemory } from './redis-memory.mjs';
import { measureRefusedHttp } from './refused-http.mjs';
import { json, table } from './report.mjs';
import { measureThrottler } from './throttler.mjs';
import { measureThrottlerOutage } from './throttler-outage.mjs';

const sections = {
  machine: measureMachine,
  decisions: measureDecisions,
  heap: measureHeap,
  http: measureHttp,
  'redis-decisions': measureRedisDecisions,
  overhead: measureOverhead,
  leased: measureLeased,
  denied: measureDenied,
  'redis-http': measureRedisHttp,
  'refused-http': measureRefusedHttp,
  'peers-http': measurePeersHttp,
  'redis-idle': measureRedisIdle,
  latency: measureLatency,
  calls: measureCalls,
  growth: measureGrowth,
  cluster: measureCluster,
  'redis-memory': measureRedisMemory,
  throttler: measureThrottler,
  'throttler-outage': measureThrottlerOutage,
};

const args = process.argv.slice(2);
const asJson = args.includes('--json');
const wanted = args.filter((arg) => arg !== '--json');
const unknown = wanted.filter((name) => !(name in sections));

if (unknown.length > 0) {
  console.error(`No section is called ${unknown.join(', ')}; there are ${Object.keys(sections).join(', ')}.`);
  process.exitCode = 1;
} else {
  const rows = [];
  for (const [name, measure] of Object.entries(sections)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`Measuring ${name} …`);
    const measured = await measure();
    rows.push(...measured);
    if (!asJson) console.log(`${table(measured)}\n`);
  }
  if (asJson) console.log(json(rows));
}
