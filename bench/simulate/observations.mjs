import { quantile } from '../stats.mjs';
import { FakeClock, SimulatedBucket, TICKS_PER_MS } from './engine.mjs';

/** Keys beyond these ask too seldom to matter for what is admitted of a limit, and are not looked at. */
const WATCHED_KEYS = 10_000;
/** Latencies kept, a fair sample of all. */
const SAMPLES = 200_000;
const START_TICKS = new FakeClock().nowTicks();

/** Ticks of a simulated instant. */
export function ticksAt(nowMs) {
  return START_TICKS + Math.floor(nowMs * TICKS_PER_MS);
}

/** Of the key of so high a rank. */
export const identityOf = (rank) => `key:${rank}`;

/** What happened, in memory that does not grow with the length of the simulation. */
export class Observations {
  decisions = 0;
  admitted = 0;
  unanswered = 0;
  late = 0;
  /** By source of the decision. */
  sources = { redis: 0, 'denial-cache': 0, lease: 0 };
  #latencies = [];

  constructor({ instances, quota, deadlineMs, random }) {
    Object.assign(this, { quota, deadlineMs, random });
    this.contended = Array.from({ length: instances }, () => ({ asked: 0, admitted: 0 }));
    this.keys = new Map();
  }

  /** A call comes in: one exact bucket for each key, without a store or a network, says what is right. */
  called(rank, nowMs) {
    if (rank >= WATCHED_KEYS) return undefined;
    const key = this.keys.get(rank) ?? { bucket: new SimulatedBucket(), possible: 0, refused: 0, admitted: 0 };
    this.keys.set(rank, key);
    const isRight = key.bucket.consume(this.quota, 1, ticksAt(nowMs)).outcome === 'allowed';
    key[isRight ? 'possible' : 'refused']++;
    return key;
  }

  answered(verdicts, instance, key, latencyMs) {
    const [{ outcome, source = 'redis' }] = verdicts;
    this.decisions++;
    this.sources[source] = (this.sources[source] ?? 0) + 1;
    // By then the library has answered by onStoreFailure, and what was admitted helps nobody.
    const isLate = latencyMs > this.deadlineMs;
    if (isLate) this.late++;
    const isAdmitted = outcome === 'allowed' && !isLate;
    if (isAdmitted) this.admitted++;
    if (key !== undefined) {
      if (isAdmitted) key.admitted++;
      if (key.refused > 0) {
        this.contended[instance].asked++;
        if (isAdmitted) this.contended[instance].admitted++;
      }
    }
    this.#sample(latencyMs);
  }

  failed() {
    this.decisions++;
    this.unanswered++;
  }

  /**
   * Over the keys that were asked for more than they have: units admitted ÷ units that an exact bucket admits, asked at
   * the instant of the call. Maybe a little more than 1 where decisions wait, as buckets go on filling meanwhile.
   */
  limits() {
    const beyond = [...this.keys.values()].filter(({ refused }) => refused > 0);
    const sum = (figure) => beyond.reduce((total, key) => total + key[figure], 0);
    return {
      keys: beyond.length,
      admittedOfLimit: beyond.length === 0 ? undefined : sum('admitted') / sum('possible'),
    };
  }

  /** Tells of an identity whether its key was asked for more than it has. */
  exhausted() {
    const beyond = new Set([...this.keys].filter(([, { refused }]) => refused > 0).map(([rank]) => identityOf(rank)));
    return (identity) => beyond.has(identity);
  }

  /**
   * How alike instances are served that ask for the same exhausted keys. Of each: calls admitted ÷ calls made. Jain's
   * index of those is 1 where all are served alike, and 1/n where one is served alone.
   */
  fairness() {
    const rates = this.contended.filter(({ asked }) => asked > 0).map(({ asked, admitted }) => admitted / asked);
    const sum = rates.reduce((total, rate) => total + rate, 0);
    if (sum === 0) return undefined;
    const squares = rates.reduce((total, rate) => total + rate * rate, 0);
    const mean = sum / rates.length;
    return {
      jain: (sum * sum) / (rates.length * squares),
      leastOfMean: Math.min(...rates) / mean,
      mostOfMean: Math.max(...rates) / mean,
    };
  }

  latencyMs() {
    const sorted = Float64Array.from(this.#latencies).sort();
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), p999: quantile(sorted, 0.999) };
  }

  #sample(latencyMs) {
    if (this.#latencies.length < SAMPLES) {
      this.#latencies.push(latencyMs);
      return;
    }
    const place = Math.floor(this.random() * this.decisions);
    if (place < SAMPLES) this.#latencies[place] = latencyMs;
  }
}
