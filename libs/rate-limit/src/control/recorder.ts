import type { PolicyDecision } from '../core/decision';
import type { Policy } from '../core/policy';
import type { Charge } from '../core/store';
import { isSameQuota, quotaIfFits } from '../engine/policy-patch';
import type { Listener } from './decision-journal';
import { ChunkWriter, type RecordedChunk } from './recording';
import { isSampled } from './recent-decisions';

/** Between two polls of one instance; what comes beyond is counted, not kept. */
const MOST_WAITING = 2_000;

export interface RecorderOptions {
  /** The policy of that name as it is in force for all of its keys. */
  readonly policyOf: (policy: string) => Policy<never> | undefined;
  /** Whether a change of the policy for some of its keys made the quota of this charge. */
  readonly isAdjusted: (policy: string, charge: Charge) => boolean;
  /** Told how many decisions were to be recorded and are not. */
  readonly onDropped: (events: number) => void;
  readonly unixMs?: () => number;
}

/** Writes down every decision about one in so many keys, so that it can be made again under another limit. */
export class Recorder implements Listener {
  private writer: ChunkWriter | undefined;
  private dropped = 0;
  private readonly unixMs: () => number;
  /** A power of two. */
  oneIn = 1;

  constructor(private readonly options: RecorderOptions) {
    this.unixMs = options.unixMs ?? Date.now;
  }

  decided(decision: PolicyDecision, charge: Charge): void {
    if (!isSampled(charge.identity, this.oneIn)) return;
    const { policy, outcome, granted, cost: asked, banId } = decision;
    // Of a ban the policy was not asked; of a call that another policy refused nothing was taken here.
    if (banId !== undefined || (outcome === 'allowed' && granted === 0 && asked > 0)) return;
    const limit = this.ownLimit(policy, charge);
    if (limit === 'of the route') return;
    if (this.writer !== undefined && this.writer.events >= MOST_WAITING) {
      this.drop(1);
      return;
    }
    const atMs = this.unixMs();
    this.writer ??= new ChunkWriter(this.oneIn, atMs);
    const cost = outcome === 'allowed' ? granted : asked;
    this.writer.add({ atMs, identity: charge.identity, bucketId: charge.bucketId, cost, limit });
  }

  /** What was written down since the last time. */
  take(): RecordedChunk | undefined {
    const { writer, dropped } = this;
    if (writer === undefined) return undefined;
    this.writer = undefined;
    this.dropped = 0;
    return { text: writer.text, events: writer.events, dropped };
  }

  /** A chunk that could not be kept. */
  lost({ events, dropped }: RecordedChunk): void {
    this.drop(events);
    // Those were told of when they were dropped.
    this.dropped += dropped;
  }

  private drop(events: number): void {
    this.dropped += events;
    this.options.onDropped(events);
  }

  /** What a route writes for itself stays whatever the policy says, so there is nothing to be tried out. */
  private ownLimit(name: string, charge: Charge): number | undefined | 'of the route' {
    const { quota } = charge;
    const policy = this.options.policyOf(name);
    if (policy === undefined) return 'of the route';
    if (policy.quota !== undefined && isSameQuota(policy.quota, quota)) return undefined;
    if (this.options.isAdjusted(name, charge)) return policy.quota === undefined ? quota.limit : undefined;
    return quota === quotaIfFits(policy, quota.limit) ? quota.limit : 'of the route';
  }
}
