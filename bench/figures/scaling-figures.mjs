import { table } from './markdown.mjs';

const count = (number) => Math.round(number).toLocaleString('en');
const percent = (part) => `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`;

/** What stands under “Simulated fleets” in docs/scaling.md. */
export function scalingFigures(fleets) {
  return [
    table(
      [
        ...['fleet', 'decisions/s', 'without Redis', 'scripts/s', 'busiest Redis', 'needed'],
        ...['admitted ÷ limit', 'fairness', 'p50', 'p99', 'late'],
      ],
      fleets.map(({ name, result: { decisionsPerSecond, redis, limits, fairness, latencyMs, ...result } }) => [
        name,
        count(decisionsPerSecond),
        percent(result.answeredByDenialCache),
        count(redis.scriptsPerSecond),
        redis.busiestShard > 1 ? 'overloaded' : percent(redis.busiestShard),
        count(redis.shardsNeeded),
        limits.admittedOfLimit?.toFixed(3) ?? '–',
        fairness?.jain.toFixed(3) ?? '–',
        `${latencyMs.p50.toFixed(2)} ms`,
        `${latencyMs.p99.toFixed(2)} ms`,
        percent(result.lateOrUnanswered),
      ]),
    ),
    '',
    'In the same order, the commands:',
    '',
    '```sh',
    ...fleets.map(({ flags }) => `npm run simulate -- ${flags}`),
    '```',
  ].join('\n');
}
