import { barChart } from './bar-chart.mjs';
import { rangeChart } from './range-chart.mjs';
import { machineOf } from './rows.mjs';

const count = (number) => Math.round(number).toLocaleString('en');
const OURS = /^(sliding-window|token-bucket|fixed-window)$/;

/** Every chart: its file, and what it draws of a bench's rows. */
export const CHARTS = {
  'http-throughput': (rows) => ({
    title: 'What is left of the throughput',
    subtitle: 'Requests a second of an application with a limiter, % of the same one without',
    command: 'npm run bench -- peers-http',
    groups: httpGroups(rows, ({ ratio, requestsPerSecond }) => ({
      parts: [ratio * 100],
      text: `${(ratio * 100).toFixed(0)} %, ${count(requestsPerSecond)}/s`,
    })),
    mark: { value: 100, label: 'no limiter' },
  }),

  'http-cpu': (rows) => ({
    title: 'What a limiter adds to a request',
    subtitle: 'CPU time on top of the same application without a limiter, in µs; less is better',
    command: 'npm run bench -- peers-http',
    legend: ['Node.js', 'Redis'],
    order: 'shortest first',
    groups: httpGroups(rows, ({ cpuMicrosPerRequest, cpuMicrosWithoutLimiter, redisMicrosPerRequest }) => {
      const node = Math.max(0, cpuMicrosPerRequest - cpuMicrosWithoutLimiter);
      return { parts: [node, redisMicrosPerRequest], text: `${(node + redisMicrosPerRequest).toFixed(0)} µs` };
    }),
  }),

  'redis-decisions': (rows) => ({
    title: 'Decisions of one process on one Redis',
    subtitle: 'Decisions a second with 512 in flight on 10,000 keys; more is better',
    command: 'npm run bench -- redis-decisions',
    groups: ['uniform keys', 'Zipf keys', 'three policies'].map((name) => ({ name, bars: redisBars(rows, name) })),
  }),

  denied: (rows) => ({
    title: 'A flood that is denied',
    subtitle: 'Refusals a second of one process, every call one too many; more is better',
    command: 'npm run bench -- denied',
    groups: rows.all(/^denied flood decisions\/s, (.*) ÷ nest-lab storage$/).map(({ parts: [name], ...row }) => ({
      name,
      bars: [
        { label: 'nest-floodgate', isOurs: true, parts: [row.perSecond], text: `${count(row.perSecond)}/s` },
        {
          label: '@nest-lab/throttler-storage-redis',
          parts: [row.peerPerSecond],
          text: `${count(row.peerPerSecond)}/s`,
        },
      ],
    })),
  }),

  calls: (rows) => ({
    title: 'What a fleet of ten asks of Redis',
    subtitle:
      'Script calls a decision, by demand for the busiest key; less is better. Beyond a limit: how much of it is admitted',
    command: 'npm run bench -- calls',
    order: 'as given',
    groups: callGroups(rows),
  }),

  memory: (rows) => ({
    title: 'Memory of a key',
    subtitle: 'Bytes; less is better',
    command: 'npm run bench -- heap redis-memory',
    order: 'shortest first',
    groups: [
      { name: 'Heap, a million keys in memory', bars: bytes(rows, /^heap per key, memory store, (.*) ÷ (.*)$/) },
      { name: 'Redis, 100 hits on each key', bars: bytes(rows, /^Redis bytes per key, (.*) ÷ (.*)$/) },
    ],
  }),

  latency: (rows) => ({
    title: 'How long a decision takes',
    subtitle: 'From the instant a call was due, at 2,000 a second of one process; logarithmic',
    command: 'npm run bench -- latency',
    names: 'Large dot: p50. Small dots: p99 and p99.9.',
    rows: latencies(rows),
    unitOf: (micros) =>
      micros < 1_000 ? `${Number(micros.toPrecision(3))} µs` : `${Number((micros / 1_000).toPrecision(3))} ms`,
  }),
};

/** The chart as SVG, for one theme. */
export function draw(name, rows, theme) {
  const chart = { ...CHARTS[name](rows), machine: machineOf(rows) };
  return chart.rows === undefined ? barChart(chart, theme) : rangeChart(chart, theme);
}

function httpGroups(rows, figuresOf) {
  const found = rows.all(/^HTTP, (Nest on \w+|Express|Fastify), ([^,]+), (.*) ÷ no limiter$/);
  const groups = [...new Set(found.map(({ parts }) => parts[0]))];
  return groups.map((name) => ({
    name,
    bars: found
      .filter(({ parts }) => parts[0] === name)
      .map(({ parts: [, limiter, what], ...row }) => ({
        label: `${limiter}, ${what.replace(/ on (nest-lab storage|rate-limit-redis)$/, '')}`,
        isOurs: limiter === 'nest-floodgate',
        ...figuresOf(row),
      })),
  }));
}

function redisBars(rows, keys) {
  const bars = new Map();
  for (const { parts, perSecond, peerPerSecond } of rows.all(/^Redis decisions\/s, ([^,]+), (.*) ÷ (.*)$/)) {
    const [setup, ours, peer] = parts;
    if (setup !== keys) continue;
    bars.set(ours, {
      label: `nest-floodgate, ${ours}`,
      isOurs: true,
      parts: [perSecond],
      text: `${count(perSecond)}/s`,
    });
    bars.set(peer, { label: peer, parts: [peerPerSecond], text: `${count(peerPerSecond)}/s` });
  }
  return [...bars.values()];
}

function callGroups(rows) {
  const found = rows.all(/^Redis calls per decision, (\w+), 10 instances, demand ([\d.]+) × limit$/);
  return [...new Set(found.map(({ parts }) => parts[0]))].map((mode) => ({
    name: mode,
    bars: found
      .filter(({ parts }) => parts[0] === mode)
      .map(({ parts: [, demand], ratio, admittedOfLimit }) => ({
        label: `${demand} × the limit`,
        isOurs: true,
        parts: [ratio],
        text:
          ratio.toFixed(2) +
          (admittedOfLimit === undefined ? '' : `, ${(admittedOfLimit * 100).toFixed(1)} % admitted`),
      })),
  }));
}

function bytes(rows, pattern) {
  const bars = new Map();
  for (const {
    parts: [ours, peer],
    bytesPerKey,
    peerBytesPerKey,
  } of rows.all(pattern)) {
    const isOurs = OURS.test(ours);
    bars.set(ours, { label: `nest-floodgate, ${ours}`, isOurs, parts: [bytesPerKey], text: `${bytesPerKey} B` });
    bars.set(peer, { label: peer, parts: [peerBytesPerKey], text: `${peerBytesPerKey} B` });
  }
  return [...bars.values()];
}

function latencies(rows) {
  const found = rows.all(/^latency at [\d,]+ a second, (.*) ÷ PING$/);
  const [{ pingP50Micros, pingP99Micros, pingP999Micros }] = found;
  return [
    { label: 'PING', values: [pingP50Micros, pingP99Micros, pingP999Micros] },
    ...found.map(({ parts: [label], p50Micros, p99Micros, p999Micros }) => ({
      label,
      isOurs: / decision| denial/.test(label),
      values: [p50Micros, p99Micros, p999Micros],
    })),
  ];
}
