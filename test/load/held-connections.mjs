// Holds 1,000 connections to the sample open and sends 500 requests a second over them, for a minute. No request may
// fail, no connection may be lost, and memory must stay flat. On this machine only, in a process of its own:
//
//   npm run build && node test/load/held-connections.mjs [--connections 1000] [--rate 500] [--seconds 60] [--adapter fastify]
import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { check, conclude, percentile, refuse, wholeNumber } from './support/check.mjs';
import { SampleProcess } from './support/sample-process.mjs';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '60' },
    adapter: { type: 'string', default: 'express' },
  },
});
const connections = wholeNumber('connections', values.connections, 10, 5000);
const rate = wholeNumber('rate', values.rate, 1, 2000);
const seconds = wholeNumber('seconds', values.seconds, 10, 600);
if (connections / rate > 4) {
  refuse('Each connection must be used every 4 s, or the app closes it as idle. Ask for more --rate.');
}

const MEMORY_EVERY_S = 5;
const READ_LIMIT = 100;
/** Memory after everything was used once; later growth is a leak. */
const WARM_AFTER_S = Math.min(15, seconds / 2);
const MOST_HEAP_GROWTH_MB = 5;
const MOST_RSS_GROWTH_MB = 25;

const sample = await SampleProcess.start({ ADAPTER: values.adapter, RATE_LIMIT_REQUESTS: '1000' });
const latencies = [];
const statuses = {};
const errors = {};
let opened = 0;
let sharedPassed = 0;
let sharedSent = 0;

// Nine of ten clients have an address of their own and stay within their limits; the tenth share one, and exceed it.
const clients = Array.from({ length: connections }, (_, i) => ({
  agent: new http.Agent({ keepAlive: true, maxSockets: 1 }),
  isShared: i % 10 === 9,
  address: i % 10 === 9 ? '198.19.255.255' : `198.19.${i >> 8}.${i & 255}`,
}));

function send({ agent, address, isShared }) {
  const start = performance.now();
  if (isShared) sharedSent++;
  return new Promise((resolve) => {
    const fail = (error) => {
      errors[error.code ?? error.message] = (errors[error.code ?? error.message] ?? 0) + 1;
      resolve();
    };
    const request = http.get({
      agent,
      port: sample.port,
      host: '127.0.0.1',
      path: '/api/v1/items',
      headers: { 'x-forwarded-for': address },
      timeout: 10_000,
    });
    request.on('timeout', () => request.destroy(new Error('timeout')));
    request.on('error', fail);
    request.on('response', (response) => {
      response.on('error', fail);
      response.resume().on('end', () => {
        if (request.reusedSocket) latencies.push(performance.now() - start);
        else opened++;
        statuses[response.statusCode] = (statuses[response.statusCode] ?? 0) + 1;
        if (isShared && response.statusCode === 200) sharedPassed++;
        resolve();
      });
    });
  });
}

console.log(`${connections} connections to the sample on ${values.adapter}, ${rate} requests/s for ${seconds} s`);
const memory = [];
const pending = new Set();
const start = performance.now();
const elapsed = () => (performance.now() - start) / 1000;
const isFirstOfItsTime = () => elapsed() >= memory.length * MEMORY_EVERY_S;
let sent = 0;
while (elapsed() < seconds && sample.isRunning) {
  for (const due = Math.min(elapsed(), seconds) * rate; sent < due; sent++) {
    const done = send(clients[sent % connections]).then(() => pending.delete(done));
    pending.add(done);
  }
  if (isFirstOfItsTime()) {
    const now = { at: Math.round(elapsed()), ...(await sample.memory()) };
    memory.push(now);
    console.log(
      `  ${String(now.at).padStart(4)} s  heap ${now.heap} MB  rss ${now.rss} MB  external ${now.external} MB`,
    );
  }
  await pause(5);
}
await Promise.all(pending);
memory.push({ at: Math.round(elapsed()), ...(await sample.memory()) });
const exitCode = await sample.stop();

latencies.sort((a, b) => a - b);
const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((share) => percentile(latencies, share)?.toFixed(1));
const warm = memory.find(({ at }) => at >= WARM_AFTER_S);
const last = memory.at(-1);
const answered = latencies.length + opened;
console.log(`${answered} answers: ${JSON.stringify(statuses)}, ${(answered / seconds).toFixed(0)}/s`);
console.log(`errors: ${JSON.stringify(errors)}; connections opened: ${opened}`);
console.log(`latency ms over open connections: p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${max}`);
console.log(
  `memory from ${warm.at} s to ${last.at} s: heap ${warm.heap} → ${last.heap} MB, rss ${warm.rss} → ${last.rss} MB`,
);
console.log(`the shared address: ${sharedPassed} of ${sharedSent} passed`);

check(Object.keys(errors).length === 0, `requests failed: ${JSON.stringify(errors)}`);
check(opened === connections, `${opened} connections were opened instead of ${connections}: some were lost.`);
check(answered >= rate * seconds * 0.99, `only ${answered} of ${rate * seconds} requests were answered.`);
check(
  Object.keys(statuses).every((status) => ['200', '429'].includes(status)),
  'there were other answers than 200 and 429.',
);
check(
  sharedPassed === Math.min(READ_LIMIT, sharedSent),
  `${sharedPassed} requests of one address passed, not ${READ_LIMIT}.`,
);
check(last.heap - warm.heap <= MOST_HEAP_GROWTH_MB, `the heap grew by more than ${MOST_HEAP_GROWTH_MB} MB.`);
check(last.rss - warm.rss <= MOST_RSS_GROWTH_MB, `the resident memory grew by more than ${MOST_RSS_GROWTH_MB} MB.`);
check(exitCode === 0, `the sample ended with ${exitCode}. ${sample.complaints}`);
conclude();
