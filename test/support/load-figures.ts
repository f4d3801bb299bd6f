import { Console } from 'node:console';
import type { Timed } from './load';

/** The value that this share of the sorted values does not exceed, and 0 where there is none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Without the time that this process stood still meanwhile. */
  readonly p99NetMs: number;
  readonly maxNetMs: number;
}

export function latenciesOf(answers: readonly Timed[]): Latencies {
  const took = answers.map(({ sentMs, answeredMs }) => answeredMs - sentMs);
  const net = answers.map(({ sentMs, answeredMs, stalledMs }) => answeredMs - sentMs - stalledMs);
  return {
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    maxMs: quantile(took, 1),
    p99NetMs: quantile(net, 0.99),
    maxNetMs: quantile(net, 1),
  };
}

/** How many answers say what: `{ 200: 100, 429: 5 }`. */
export function tallyBy<Told>(answers: readonly Told[], what: (answer: Told) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[what(answer)] = (counts[what(answer)] ?? 0) + 1;
  return counts;
}

/**
 * The most admissions that certainly lie within one span of `perMs`, whichever it is. An admission happened at some
 * instant between its call and its answer, so it counts where both lie inside.
 */
export function mostWithin(admissions: readonly Timed[], perMs: number): number {
  const byStart = [...admissions].sort((a, b) => a.sentMs - b.sentMs);
  let most = 0;
  for (let first = 0; first < byStart.length; first++) {
    const endMs = byStart[first]!.sentMs + perMs;
    let count = 0;
    for (let next = first; next < byStart.length && byStart[next]!.sentMs < endMs; next++) {
      if (byStart[next]!.answeredMs < endMs) count++;
    }
    most = Math.max(most, count);
  }
  return most;
}

/** Collects one row a test, and prints them as a table on stderr when asked to. */
export class FigureTable {
  private readonly rows: Record<string, Readonly<Record<string, string | number>>> = {};

  constructor(private readonly title: string) {}

  add(test: string, figures: Readonly<Record<string, string | number>>): void {
    this.rows[test] = Object.fromEntries(
      Object.entries(figures).map(([name, value]) => [name, typeof value === 'number' ? Math.round(value) : value]),
    );
  }

  /** Not through Jest's own console, which would add where it was called from to each table. */
  print(): void {
    process.stderr.write(`\n${this.title}\n`);
    new Console(process.stderr).table(this.rows);
  }
}
