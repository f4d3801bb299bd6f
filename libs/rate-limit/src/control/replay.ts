import { algorithmOf, type BucketState } from '../core/algorithms/registry';
import type { Quota } from '../core/quota';
import { ticksFromUnixMs } from '../core/ticks';
import type { RecordedEvent } from './recording';

/** By what an event is judged; `undefined` lets it pass uncounted. */
export type Judge = (event: RecordedEvent) => Quota | undefined;

/** One way to decide recorded traffic, beginning with empty buckets. */
export class Replay {
  private readonly states = new Map<string, BucketState>();

  constructor(private readonly judge: Judge) {}

  /** Whether the event would have been allowed. To be called in the order of time. */
  allows(event: RecordedEvent): boolean {
    const quota = this.judge(event);
    if (quota === undefined) return true;
    const algorithm = algorithmOf(quota);
    const now = ticksFromUnixMs(event.atMs);
    const key = `${event.bucketId}\n${event.identity}`;
    const kept = this.states.get(key);
    const state = kept === undefined ? undefined : algorithm.heal(kept, quota, now);
    if (event.cost > algorithm.available(state, quota, now)) return false;
    if (event.cost > 0) this.states.set(key, algorithm.charge(state, quota, event.cost, now));
    return true;
  }
}

export interface ReplayedKey {
  readonly identity: string;
  events: number;
  deniedBefore: number;
  deniedAfter: number;
}

export interface Comparison {
  readonly events: number;
  readonly keys: readonly ReplayedKey[];
  /** Denials in each span of `stepMs`, the spans without any event left out. */
  readonly series: readonly { readonly atMs: number; readonly before: number; readonly after: number }[];
  /** It was stopped before the last event. */
  readonly truncated: boolean;
}

const EACH_TURN = 5_000;
const MOST_POINTS = 120;
const LEAST_STEP_MS = 1_000;

/** Decides the same events in both ways. Other requests are answered in between; ends when its time is over. */
export async function compare(
  events: readonly RecordedEvent[],
  before: Judge,
  after: Judge,
  mostMs: number,
): Promise<Comparison> {
  const sorted = [...events].sort((a, b) => a.atMs - b.atMs);
  const [first, last] = [sorted[0]?.atMs ?? 0, sorted.at(-1)?.atMs ?? 0];
  const stepMs = Math.max(LEAST_STEP_MS, Math.ceil((last - first + 1) / MOST_POINTS));
  const [was, is] = [new Replay(before), new Replay(after)];
  const keys = new Map<string, ReplayedKey>();
  const points = new Map<number, { atMs: number; before: number; after: number }>();
  const startedMs = performance.now();
  let done = 0;
  for (const event of sorted) {
    if (done % EACH_TURN === EACH_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
    if (performance.now() - startedMs > mostMs) break;
    done++;
    const [deniedBefore, deniedAfter] = [Number(!was.allows(event)), Number(!is.allows(event))];
    const { identity } = event;
    const key = keys.get(identity) ?? { identity, events: 0, deniedBefore: 0, deniedAfter: 0 };
    keys.set(identity, key);
    key.events++;
    key.deniedBefore += deniedBefore;
    key.deniedAfter += deniedAfter;
    const atMs = first + Math.floor((event.atMs - first) / stepMs) * stepMs;
    const point = points.get(atMs) ?? { atMs, before: 0, after: 0 };
    points.set(atMs, point);
    point.before += deniedBefore;
    point.after += deniedAfter;
  }
  return { events: done, keys: [...keys.values()], series: [...points.values()], truncated: done < sorted.length };
}
