/** The middle of some numbers; of an even count, the mean of the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Measures contestants in turn, round by round, so that whatever else the machine does meets all of them alike. The
 * first round warms up and is not counted. Returns each one's figures, in the order of the rounds.
 */
export async function interleaved(contestants, rounds, measure) {
  const figures = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const entries = Object.entries(contestants);
    // Every other round runs backwards: nobody always comes right after the same neighbour.
    if (round % 2 === 1) entries.reverse();
    for (const [name, contestant] of entries) {
      const figure = await measure(contestant);
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** The median over rounds of the quotient of two figures of one round. */
export function medianRatio(dividends, divisors) {
  return median(dividends.map((dividend, round) => dividend / divisors[round]));
}

/** The smallest of sorted numbers that so large a part of them (0 to 1) does not exceed. */
export function quantile(sorted, part) {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}
