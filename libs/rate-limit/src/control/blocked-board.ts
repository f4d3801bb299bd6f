import type { PolicyDecision } from '../core/decision';
import type { BlockedRecord } from './control-store';

/** Between two polls; who comes later is told of with the next denial. */
const MOST_WAITING = 5_000;
/** What never ends is told of as ending then. */
const LONGEST_MS = 10 * 365 * 86_400_000;

export type Released = Pick<BlockedRecord, 'policy' | 'identity'>;
type Waiting = { -readonly [Fact in keyof BlockedRecord]: BlockedRecord[Fact] };

/** Denials that the other instances have not been told of, one record a key and policy. */
export class BlockedBoard {
  /** By policy and identity: a text of both would have to be put together and hashed for each denial of a flood. */
  private waiting = new Map<string, Map<string, Waiting>>();
  private records = 0;
  private released: Released[] = [];

  /** @param dropped Told how many denials there was no room for. */
  constructor(
    private readonly unixMs: () => number,
    private readonly dropped: (events: number) => void,
  ) {}

  note({ policy, retryAfterMs, banId }: PolicyDecision, identity: string): void {
    const ofPolicy = this.waiting.get(policy);
    const known = ofPolicy?.get(identity);
    if (known === undefined && this.records >= MOST_WAITING) {
      this.dropped(1);
      return;
    }
    const nowMs = this.unixMs();
    const untilMs = Math.ceil(nowMs + Math.min(retryAfterMs, LONGEST_MS));
    if (known !== undefined) {
      known.untilMs = Math.max(known.untilMs, untilMs);
      known.denied++;
      known.banId = banId;
      return;
    }
    const record = { policy, identity, sinceMs: nowMs, untilMs, denied: 1, banId };
    if (ofPolicy === undefined) this.waiting.set(policy, new Map([[identity, record]]));
    else ofPolicy.set(identity, record);
    this.records++;
  }

  /** A key that code let go: the others have to be told that it is blocked no longer. */
  release(policy: string, identity: string): void {
    this.letGo(policy, identity);
    this.notReleased({ policy, identity });
  }

  /** Who is to be taken off the list now, before those that `take` gives are put on it. */
  takeReleased(): readonly Released[] {
    const { released } = this;
    this.released = [];
    return released;
  }

  /** Of one that `takeReleased` gave the others could not be told: it is given again. Denials since then stay. */
  notReleased(released: Released): void {
    if (this.released.length < MOST_WAITING) this.released.push(released);
  }

  /** Denials of a key that was let go are not told any more: they would put it on the list again. */
  letGo(policy: string, identity: string): void {
    if (this.waiting.get(policy)?.delete(identity) === true) this.records--;
  }

  /** What is to be told now. */
  take(): readonly BlockedRecord[] {
    if (this.records === 0) return [];
    const records = [...this.waiting.values()].flatMap((ofPolicy) => [...ofPolicy.values()]);
    this.waiting = new Map();
    this.records = 0;
    return records;
  }
}
