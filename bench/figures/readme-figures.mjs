import { picture, table } from './markdown.mjs';
import { machineOf } from './rows.mjs';

const ALGORITHMS = ['sliding-window', 'token-bucket', 'fixed-window'];
const FLEXIBLE = 'rate-limiter-flexible';
const NEST_LAB = 'nest-lab storage';

/** What stands under “Numbers” in README.md. */
export function readmeFigures(rows) {
  return [
    `What \`npm run bench\` prints on one machine (${machineOf(rows)}), load and Redis included.`,
    'Each row is a median of ratios to a peer in the same run. The machine is not equally fast at all times: compare times',
    'within a row. [bench/README.md](bench/README.md) says how it is measured;',
    '[Performance](docs/performance.md#figures) has more figures, and [Scaling](docs/scaling.md) those of fleets.',
    '',
    picture('docs/charts', 'http-throughput', 'What is left of the throughput of an application with a limiter'),
    '',
    byAlgorithm(rows),
    '',
    http(rows),
    '',
    leased(rows),
    '',
    denied(rows),
  ].join('\n');
}

function byAlgorithm(rows) {
  const each = (label, cell) => [label, ...ALGORITHMS.map(cell)];
  const ratio = (label, nameOf) => each(label, (algorithm) => rows.get(nameOf(algorithm)).ratio.toFixed(2));
  const heapOf = (algorithm) => rows.get(`heap per key, memory store, ${algorithm} ÷ ${FLEXIBLE}`);
  const bytes = (label, rowOf) => each(label, (algorithm) => `${rowOf(algorithm).bytesPerKey} B`);
  const setups = ['uniform keys', 'Zipf keys', 'three policies'];
  const idle = rows.get(`idle decision on Redis, ${NEST_LAB} ÷ PING`).ratio.toFixed(2);
  return table(
    ['what', 'sliding window', 'token bucket', 'fixed window'],
    [
      ratio(
        `decisions/s of the memory store ÷ \`${FLEXIBLE}\` in memory`,
        (a) => `decisions/s, memory store, ${a} ÷ ${FLEXIBLE}`,
      ),
      ratio(
        'decisions/s of the memory store ÷ `@nestjs/throttler` in memory',
        (a) => `decisions/s, memory store, ${a} ÷ @nestjs/throttler`,
      ),
      ratio(
        `decisions/s of \`RateLimiter.consume\` ÷ \`${FLEXIBLE}\``,
        (a) => `decisions/s, RateLimiter, ${a} ÷ ${FLEXIBLE}`,
      ),
      bytes(
        `heap for each key, at a million keys (\`${FLEXIBLE}\`: ${heapOf('sliding-window').peerBytesPerKey} B)`,
        heapOf,
      ),
      ...setups.map((setup) =>
        ratio(
          `decisions/s of the store on Redis, ${setup} ÷ ${NEST_LAB}`,
          (a) => `Redis store, ${setup}, ${a} ÷ ${NEST_LAB}`,
        ),
      ),
      ...setups.map((setup) =>
        ratio(
          `decisions/s of \`RateLimiter.consume\` on Redis, ${setup} ÷ ${NEST_LAB}`,
          (a) => `Redis decisions/s, ${setup}, ${a} ÷ ${NEST_LAB}`,
        ),
      ),
      ratio(
        `idle decision of the store on Redis ÷ \`PING\` (nest-lab: ${idle})`,
        (a) => `idle decision on Redis, store, ${a} ÷ PING`,
      ),
      ratio(`idle \`RateLimiter.consume\` on Redis ÷ \`PING\``, (a) => `idle decision on Redis, ${a} ÷ PING`),
      bytes('Redis bytes for each key', (a) => rows.get(`Redis bytes per key, ${a} ÷ ${NEST_LAB}`)),
    ],
  );
}

function http(rows) {
  const found = rows.all(/^HTTP, (\d.* in memory.*|\d.* on Redis.*|\d.* on nest-lab storage) ÷ no limiter$/);
  return table(
    ['HTTP, a Fastify application with three sliding windows ÷ without a limiter', 'requests/s', 'CPU of a request'],
    found.map(({ parts: [label], ratio, cpuMicrosPerRequest, cpuMicrosWithoutLimiter }) => [
      label.replace('headers: false', '`headers: false`').replace('@nestjs/throttler', '`@nestjs/throttler`'),
      ratio.toFixed(2),
      `${cpuMicrosPerRequest} µs, not ${cpuMicrosWithoutLimiter}`,
    ]),
  );
}

function leased(rows) {
  return table(
    ["calls of hot keys with `lease: 'auto'` ÷ nest-lab storage", 'decisions/s', 'CPU of a decision in Redis'],
    rows
      .all(/^leased decisions\/s, (.*) ÷ nest-lab storage$/)
      .map(({ parts: [label], ratio, redisMicros }) => [label, ratio.toFixed(2), `${redisMicros} µs`]),
  );
}

function denied(rows) {
  return table(
    ['a flood that is denied ÷ nest-lab storage', 'decisions/s'],
    rows
      .all(/^denied flood decisions\/s, (.*) ÷ nest-lab storage$/)
      .map(({ parts: [label], ratio }) => [label, ratio.toFixed(2)]),
  );
}
