// Sends 100,000 requests with random, huge, empty, Unicode and control-character headers, addresses, paths and bodies
// to the sample. None may be answered by a 5xx or stay unanswered, the app must live, and its memory stay bounded.
// On this machine only, in a process of its own:
//
//   npm run build && node test/load/hostile-requests.mjs [--count 100000] [--seed 1] [--adapter fastify]
import { parseArgs } from 'node:util';
import { attack } from './hostile/attack.mjs';
import { check, conclude, wholeNumber } from './support/check.mjs';
import { SampleProcess } from './support/sample-process.mjs';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    adapter: { type: 'string', default: 'express' },
  },
});
const count = wholeNumber('count', values.count, 1000, 1_000_000);
const seed = wholeNumber('seed', values.seed, 0, 1_000_000);
/** A request from an address and a user never seen before leaves a few buckets, until their windows have passed. */
const MOST_BYTES_A_REQUEST = 1000;
const MOST_OTHER_MEGABYTES = 20;

// With room in the general limit, most requests get as far as the others and their keys.
const room = { RATE_LIMIT_REQUESTS: '1000000', RATE_LIMIT_CHAT: '1000000' };
const sample = await SampleProcess.start({ ADAPTER: values.adapter, ...room });
await attack({ port: sample.port, count: 500, seed: seed + 1 });
const before = await sample.memory();
const start = performance.now();
const { outcomes, violations } = await attack({ port: sample.port, count, seed });
const seconds = (performance.now() - start) / 1000;

const isRunning = sample.isRunning;
check(isRunning, `the app died. ${sample.complaints}`);
console.log(
  `${count} requests to the sample on ${values.adapter} in ${seconds.toFixed(1)} s: ${JSON.stringify(outcomes)}`,
);
if (isRunning) {
  const after = await sample.memory();
  console.log(`memory: heap ${before.heap} → ${after.heap} MB, rss ${before.rss} → ${after.rss} MB`);
  const most = MOST_OTHER_MEGABYTES + (count * MOST_BYTES_A_REQUEST) / 2 ** 20;
  check(after.heap - before.heap <= most, `the heap grew by more than ${most.toFixed(0)} MB.`);
  const response = await fetch(`http://127.0.0.1:${sample.port}/api/v1/items`, {
    headers: { 'x-forwarded-for': '192.0.2.1' },
  });
  check(response.status === 200, `a plain request afterwards was answered by ${response.status}.`);
  const exitCode = await sample.stop();
  check(exitCode === 0, `the app ended with ${exitCode}.`);
}
for (const { outcome, request } of violations) check(false, `${outcome} for ${JSON.stringify(request)}`);
check(!/error/i.test(sample.complaints), 'the app logged errors.');
console.log(sample.complaints === '' ? 'The app logged nothing.' : `The app logged:\n${sample.complaints}`);
conclude();
