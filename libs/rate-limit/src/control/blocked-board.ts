import type { PolicyDecision } from '../core/decision';
import type { BlockedRecord } from './control-store';

/** Between two polls; who comes later is told of with the next denial. */
const MOST_WAITING = 5_000;
/** What never ends is told of as ending then. */
const LONGEST_MS = 10 * 365 * 86_400_000;

type Waiting = { -readonly [Fact in keyof BlockedRecord]: BlockedRecord[Fact] };

/** Denials that the other instances have not been told of, one record a key and policy. */
export class BlockedBoard {
  private waiting = new Map<string, Waiting>();

  /** @param dropped Told how many denials there was no room for. */
  constructor(
    private readonly unixMs: () => number,
    private readonly dropped: (events: number) => void,
  ) {}

  note({ policy, retryAfterMs, banId }: PolicyDecision, identity: string): void {
    const key = `${policy}\n${identity}`;
    const known = this.waiting.get(key);
    if (known === undefined && this.waiting.size >= MOST_WAITING) {
      this.dropped(1);
      return;
    }
    const nowMs = this.unixMs();
    const untilMs = Math.ceil(nowMs + Math.min(retryAfterMs, LONGEST_MS));
    if (known === undefined) {
      this.waiting.set(key, { policy, identity, sinceMs: nowMs, untilMs, denied: 1, banId });
      return;
    }
    known.untilMs = Math.max(known.untilMs, untilMs);
    known.denied++;
    known.banId = banId;
  }

  /** What is to be told now. */
  take(): readonly BlockedRecord[] {
    if (this.waiting.size === 0) return [];
    const records = [...this.waiting.values()];
    this.waiting = new Map();
    return records;
  }
}
