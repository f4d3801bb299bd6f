import { readFileSync } from 'node:fs';

const BENCH = new URL('../../docs/charts/bench.json', import.meta.url);

/** What Redis spends on a script and on each decision in it, from the figures that are committed. */
function measuredMicros() {
  const rows = JSON.parse(readFileSync(BENCH, 'utf8'));
  const row = Object.keys(rows).find((name) => name.endsWith('÷ a Redis without Cluster'));
  const one = Object.keys(rows).find((name) => name.startsWith('Cluster, CPU') && name.endsWith('÷ a Cluster of one'));
  // Alone, batches are full, so that hardly any of a script's own cost is left in a decision's.
  const ask = rows[row].redisMicrosPerDecisionOfOne;
  return { ask, call: Number((rows[one].redisMicrosPerDecisionOfOne - ask).toFixed(2)) };
}

const measured = measuredMicros();

/** Every option with its default. A number stands for a number; all are more than 0 unless `least` says otherwise. */
export const DEFAULTS = {
  instances: { value: 10, meaning: 'processes, each with its connections', whole: true },
  keys: { value: 1_000_000, meaning: 'different keys', whole: true },
  zipf: { value: 1, meaning: 'how uneven keys are: the k-th is asked for in proportion to 1/k^this', least: 0 },
  rate: { value: 20_000, meaning: 'decisions per second of the whole fleet' },
  seconds: { value: 5, meaning: 'simulated time' },
  algorithm: { value: 'token-bucket', meaning: 'of the policy' },
  limit: { value: 100, meaning: 'of the policy', whole: true },
  per: { value: '1s', meaning: 'of the policy' },
  burst: { value: 0, meaning: 'of the policy; 0: the limit', whole: true, least: 0 },
  shards: { value: 1, meaning: 'masters; more than one is a Cluster', whole: true },
  lease: { value: 'false', meaning: 'false, or auto: hot keys are leased', among: ['false', 'auto'] },
  unevenInstances: {
    value: 0,
    meaning: 'the same for instances: the k-th gets a part of the load by 1/k^this',
    least: 0,
  },
  networkP50Ms: { value: 0.5, meaning: 'median round trip to Redis and back', least: 0 },
  networkP99Ms: { value: 2, meaning: '99th percentile of the same', least: 0 },
  callMicros: { value: measured.call, meaning: 'Redis CPU of a script, as measured', least: 0 },
  askMicros: { value: measured.ask, meaning: 'Redis CPU of each decision in it, as measured', least: 0 },
  deadlineMs: { value: 100, meaning: 'after which a decision is late' },
  seed: { value: 1, meaning: 'the same seed gives the same result', whole: true, least: 0 },
};

/** Options of texts. Throws an Error that names the first one that is wrong. */
export function readOptions(values) {
  return Object.fromEntries(Object.entries(DEFAULTS).map(([name, option]) => [name, read(name, values[name], option)]));
}

function read(name, text, { value, whole = false, least, among }) {
  if (among !== undefined && text !== undefined && !among.includes(text)) {
    throw new Error(`--${name} is "${text}". Write ${among.join(' or ')}.`);
  }
  if (text === undefined || typeof value === 'string') return text ?? value;
  const number = Number(text);
  const isTooSmall = least === undefined ? number <= 0 : number < least;
  if (!Number.isFinite(number) || isTooSmall || (whole && !Number.isInteger(number))) {
    const kind = whole ? 'a whole number' : 'a number';
    throw new Error(`--${name} is "${text}". Write ${kind} ${least === undefined ? 'above 0' : `from ${least}`}.`);
  }
  return number;
}
