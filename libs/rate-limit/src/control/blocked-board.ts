import type { PolicyDecision } from '../core/decision';
import { type BlockedRecord, boardKey, MOST_BLOCKED, type Released } from './control-store';

/** Between two polls; who comes later is told of with the next denial. */
const MOST_WAITING = 5_000;
/** What never ends is told of as ending then. */
const LONGEST_MS = 10 * 365 * 86_400_000;

/** Somebody whom this process refused, as far as it knows. */
export type Held = Pick<BlockedRecord, 'policy' | 'identity' | 'banId'>;
type Waiting = { -readonly [Fact in keyof BlockedRecord]: BlockedRecord[Fact] } & {
  /** Which use of the policy refused. */
  bucketId: string | undefined;
};
type ByPolicy = Map<string, Map<string, Waiting>>;

/** Denials that the other instances have not been told of, one record a key and policy; and those that they have. */
export class BlockedBoard {
  /** By policy and identity: a text of both would have to be put together and hashed for each denial of a flood. */
  private waiting: ByPolicy = new Map();
  private records = 0;
  /** Of whom the others know, and whose time is not over: as many as they keep track of. */
  private readonly told: ByPolicy = new Map();
  private toldRecords = 0;
  private released = new Map<string, Released>();

  /** @param dropped Told how many denials there was no room for. */
  constructor(
    private readonly unixMs: () => number,
    private readonly dropped: (events: number) => void,
  ) {}

  /** Whether nobody is known to be refused. */
  get isEmpty(): boolean {
    return this.records + this.toldRecords === 0;
  }

  /** @param bucketId Which use of the policy refused. */
  note({ policy, retryAfterMs, banId }: PolicyDecision, identity: string, bucketId?: string): void {
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
      known.bucketId = bucketId;
      return;
    }
    const record = { policy, identity, sinceMs: nowMs, untilMs, denied: 1, banId, bucketId };
    if (ofPolicy === undefined) this.waiting.set(policy, new Map([[identity, record]]));
    else ofPolicy.set(identity, record);
    this.records++;
  }

  /** Lets somebody go who passed before his time was over, in the use of the policy that refused him, or any after a ban. */
  allowed(policy: string, identity: string, bucketId: string): void {
    const held = this.waiting.get(policy)?.get(identity) ?? this.told.get(policy)?.get(identity);
    if (held === undefined || held.untilMs <= this.unixMs()) return;
    if (held.banId !== undefined || held.bucketId === bucketId) this.release(policy, identity);
  }

  /** A key that was let go: the others have to be told that it is blocked no longer. */
  release(policy: string, identity: string): void {
    this.letGo(policy, identity);
    this.notReleased({ policy, identity });
  }

  /** Who is to be taken off the list now, before those that `take` gives are put on it. */
  takeReleased(): readonly Released[] {
    if (this.released.size === 0) return [];
    const released = [...this.released.values()];
    this.released = new Map();
    return released;
  }

  /** Of one that `takeReleased` gave the others could not be told: it is given again. Denials since then stay. */
  notReleased(released: Released): void {
    if (this.released.size >= MOST_WAITING) return;
    this.released.set(boardKey(released), released);
  }

  /** Denials of a key that was let go are not told any more: they would put it on the list again. */
  letGo(policy: string, identity: string): void {
    if (this.waiting.get(policy)?.delete(identity) === true) this.records--;
    if (this.told.get(policy)?.delete(identity) === true) this.toldRecords--;
  }

  /** Everybody whom this process refused and whose time is not over, as far as there is room to know. */
  held(): readonly Held[] {
    const nowMs = this.unixMs();
    const known = new Map<string, Waiting>();
    for (const held of [...all(this.told), ...all(this.waiting)]) {
      if (held.untilMs > nowMs) known.set(boardKey(held), held);
    }
    return [...known.values()];
  }

  /** What is to be told now. */
  take(): readonly BlockedRecord[] {
    this.dropOver();
    if (this.records === 0) return [];
    const records = all(this.waiting);
    this.waiting = new Map();
    this.records = 0;
    for (const record of records) this.keep(record);
    return records;
  }

  private keep(record: Waiting): void {
    const ofPolicy = this.told.get(record.policy) ?? new Map<string, Waiting>();
    const known = ofPolicy.get(record.identity);
    if (known === undefined && this.toldRecords >= MOST_BLOCKED) return;
    if (known === undefined) this.toldRecords++;
    this.told.set(record.policy, ofPolicy.set(record.identity, record));
  }

  private dropOver(): void {
    const nowMs = this.unixMs();
    for (const { policy, identity, untilMs } of all(this.told)) {
      if (untilMs <= nowMs && this.told.get(policy)?.delete(identity) === true) this.toldRecords--;
    }
  }
}

function all(records: ByPolicy): readonly Waiting[] {
  return [...records.values()].flatMap((ofPolicy) => [...ofPolicy.values()]);
}
