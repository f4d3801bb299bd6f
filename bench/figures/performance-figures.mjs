import { picture, table } from './markdown.mjs';
import { machineOf } from './rows.mjs';

const count = (number) => number.toLocaleString('en');

/** What stands under “Figures” in docs/performance.md: a section for each chart or table. */
export function performanceFigures(rows) {
  const chart = (name, alt) => picture('charts', name, alt);
  const load = rows.get('machine, work waiting before the bench ÷ processors').ratio;
  const sections = [
    [
      'HTTP',
      chart('http-throughput', 'Throughput with a limiter'),
      chart('http-cpu', 'CPU time a limiter adds'),
      http(rows, /^HTTP, ((?:Nest on \w+|Express|Fastify), .*) ÷ no limiter$/),
    ],
    ['Decisions on Redis', chart('redis-decisions', 'Decisions a second on Redis')],
    [
      'Refusals',
      chart('denied', 'Refusals a second'),
      'Over HTTP, on Fastify, where every request is refused:',
      http(rows, /^HTTP refusals, (.*) ÷ no limiter$/),
    ],
    ['Latency', chart('latency', 'Latency of a decision'), latency(rows)],
    ['Calls of a fleet', chart('calls', 'Redis calls per decision'), calls(rows)],
    ['Growth', growth(rows)],
    ['Cluster', cluster(rows)],
    ['Memory', chart('memory', 'Memory of a key')],
  ];
  return [
    `Measured on ${machineOf(rows)}, where ${load.toFixed(2)} tasks a processor were waiting before the bench began.`,
    ...sections.flatMap(([title, ...parts]) => ['', `### ${title}`, ...parts.flatMap((part) => ['', part])]),
  ].join('\n');
}

function http(rows, pattern) {
  return table(
    ['application, and what limits it', 'requests/s ÷ no limiter', 'CPU in Node.js', 'without limiter', 'CPU in Redis'],
    rows
      .all(pattern)
      .map(({ parts: [label], ratio, cpuMicrosPerRequest, cpuMicrosWithoutLimiter, redisMicrosPerRequest }) => [
        label,
        ratio.toFixed(2),
        `${cpuMicrosPerRequest} µs`,
        `${cpuMicrosWithoutLimiter} µs`,
        `${redisMicrosPerRequest} µs`,
      ]),
  );
}

function latency(rows) {
  const found = rows.all(/^latency at [\d,]+ a second, (.*) ÷ PING$/);
  const [{ pingP50Micros, pingP99Micros, pingP999Micros }] = found;
  const micros = (...figures) => figures.map((figure) => `${figure} µs`);
  return table(
    ['what', 'p50', 'p99', 'p99.9', 'p50 ÷ `PING`'],
    [
      ['`PING`', ...micros(pingP50Micros, pingP99Micros, pingP999Micros), '1.00'],
      ...found.map(({ parts: [label], ratio, p50Micros, p99Micros, p999Micros }) => [
        label,
        ...micros(p50Micros, p99Micros, p999Micros),
        ratio.toFixed(2),
      ]),
    ],
  );
}

function calls(rows) {
  const pattern = /^Redis calls per decision, (\w+), (\d+) instances?, demand ([\d.]+) × limit$/;
  return table(
    ['mode', 'instances', 'demand ÷ limit', 'Redis calls a decision', 'Redis CPU a decision', 'admitted ÷ limit'],
    rows
      .all(pattern)
      .map(({ parts, ratio, redisMicros, admittedOfLimit }) => [
        ...parts,
        ratio.toFixed(2),
        `${redisMicros} µs`,
        admittedOfLimit?.toFixed(3) ?? 'no key exhausted',
      ]),
  );
}

function growth(rows) {
  const found = rows.all(/^CPU of a decision, ([\d,]+ .*) ÷ [\d,]+$/);
  return table(
    ['what', 'CPU ÷ the smallest', 'in Node.js', 'in Redis'],
    found.map(({ parts: [label], ratio, nodeMicros, redisMicros }) => [
      label,
      ratio.toFixed(2),
      `${nodeMicros} µs`,
      redisMicros === undefined ? '–' : `${redisMicros} µs`,
    ]),
  );
}

function cluster(rows) {
  return table(
    ['what', 'ratio', 'each master', 'the other'],
    rows.all(/^Cluster, (.*)$/).map(({ parts: [label], ratio, ...row }) => {
      const unit = row.redisMicrosPerDecisionOfOne === undefined ? 'calls' : 'µs';
      const each = row.redisMicrosPerDecisionOfEachMaster ?? row.callsPerDecisionOfEachMaster;
      const one = row.redisMicrosPerDecisionOfOne ?? row.callsPerDecisionOfOne;
      return [label, ratio.toFixed(2), `${each} ${unit} a decision`, `${count(one)} ${unit}`];
    }),
  );
}
