/** A result for people. */
export function tableOf(options, { redis, limits, fairness, leases, latencyMs, ...result }) {
  const { instances, keys, rate, seconds, shards, limit, per, algorithm } = options;
  const rows = [
    ['decisions', `${count(result.decisions)} of ${count(keys)} keys in ${seconds} s by ${instances} instances`],
    ['decisions a second', count(rate)],
    ['policy', `${count(limit)} per ${per}, ${algorithm}`],
    ['answered without Redis', percent(result.answeredByDenialCache + result.answeredByLeases)],
    ...(leases === undefined ? [] : leaseRows(leases, result)),
    ['Redis scripts a second', `${count(redis.scriptsPerSecond)}, ${redis.scriptsPerDecision.toFixed(3)} a decision`],
    ['decisions in them a second', count(redis.asksPerSecond)],
    ['keys in Redis', count(redis.keys)],
    ['busiest shard', `${percent(redis.busiestShard)} busy, ${redis.busiestOfMean.toFixed(2)} × the mean of ${shards}`],
    ['shards needed', `${redis.shardsNeeded}, 60 % busy if evenly spread`],
    ['keys beyond their limit', count(limits.keys)],
    ['admitted ÷ limit', limits.admittedOfLimit?.toFixed(4) ?? 'no key was exhausted'],
    ['fairness (Jain)', fairness === undefined ? '–' : fairnessText(fairness)],
    ['latency', `p50 ${ms(latencyMs.p50)}, p99 ${ms(latencyMs.p99)}, p99.9 ${ms(latencyMs.p999)}`],
    ['late or unanswered', percent(result.lateOrUnanswered)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n');
}

function leaseRows({ calls, givenBack, lost, heldOfLimit, heldOfExhausted }, { answeredByLeases }) {
  const exhausted = heldOfExhausted === undefined ? '' : `, ${percent(heldOfExhausted)} of an exhausted one`;
  return [
    ['answered by leases', `${percent(answeredByLeases)}, ${calls.toFixed(1)} calls each`],
    ['leased, never made', `${percent(givenBack)} given back, ${percent(lost)} lost`],
    ['stranded at any moment', `${percent(heldOfLimit)} of the limit of a leased key${exhausted}`],
  ];
}

const count = (number) => Math.round(number).toLocaleString('en');
const percent = (part) => `${(part * 100).toFixed(1)} %`;
const ms = (number) => `${number.toFixed(2)} ms`;
const fairnessText = ({ jain, leastOfMean, mostOfMean }) =>
  `${jain.toFixed(4)}; instances admit ${leastOfMean.toFixed(2)} to ${mostOfMean.toFixed(2)} × the mean`;
