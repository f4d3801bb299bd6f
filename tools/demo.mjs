// Shows everything at work: the sample with Redis under living traffic, and its admin page. Ends with Ctrl-C.
// `npm run demo -- --port 4000`; without it on port 3000, or where that is taken on any.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { startDemo } from './demo/start-demo.mjs';

const { values } = parseArgs({ options: { port: { type: 'string' } } });

async function freePort(wanted) {
  const probe = createServer().listen(wanted, '0.0.0.0');
  try {
    await once(probe, 'listening');
  } catch {
    return 0;
  }
  probe.close();
  await once(probe, 'close');
  return wanted;
}

const stopped = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
});

console.log('Starting Redis and two instances of the sample …');
const demo = await startDemo({ port: values.port === undefined ? await freePort(3000) : Number(values.port) });
console.log(`
Every limit, live:  ${demo.url}
Token:              ${demo.token}

What goes on there:
  - readers come and go; ada pays for more, bob does not and meets his limit
  - 203.0.113.9 floods the first half of each minute; 203.0.113.66 guesses passwords until it is banned
  - a stricter limit on "read" runs in shadow; accounting has more "reports" today; 192.0.2.0/24 is banned
  - Redis stands still for six seconds of each minute, for the first time in twelve seconds

Ctrl-C ends it.`);
await stopped;
await demo.stop();
// Connections that its clients keep open would hold it for some seconds.
process.exit(0);
