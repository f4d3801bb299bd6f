import type { AlgorithmId, KeyView } from './common';
import type { Expiry, OverridePatch } from './overrides';

/** All events of one in `oneIn` keys, chosen by hash. Off unless somebody turned it on. */
export interface RecordingStatus {
  readonly enabled: boolean;
  readonly oneIn: number;
  readonly retentionMs: number;
  /** When it ends by itself; `null` where it does not, or is off. */
  readonly untilMs: number | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly events: number;
  readonly maxEvents: number;
  /** Events that were not kept because there was no room. */
  readonly dropped: number;
}

export interface RecordingUpdate {
  readonly enabled: boolean;
  /** 1 to 1024, a power of two. Default 16. */
  readonly oneIn?: number;
  /** Default 1 hour, at most 24. */
  readonly retentionMs?: number;
  /** When it ends by itself. Default 24 hours. */
  readonly expiresInMs?: Expiry;
  /** Forget what was recorded until now. */
  readonly forget?: boolean;
  readonly reason: string;
}

export interface SimulationRequest {
  readonly policy: string;
  readonly patch: OverridePatch & { readonly algorithm?: AlgorithmId };
  /** Default: everything recorded. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface SimulationSide {
  readonly allowed: number;
  readonly denied: number;
  readonly blockedKeys: number;
}

export interface SimulationResult {
  readonly policy: string;
  readonly oneIn: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly events: number;
  readonly keys: number;
  /** The recorded traffic under the policy as it is now, and under the patch. Of the sample: times `oneIn` for all. */
  readonly before: SimulationSide;
  readonly after: SimulationSide;
  readonly series: readonly { readonly atMs: number; readonly before: number; readonly after: number }[];
  /** At most 100 each, most denials first. */
  readonly newlyBlocked: readonly SimulatedKey[];
  readonly released: readonly SimulatedKey[];
  /** It stopped early because there were too many events. */
  readonly truncated: boolean;
}

export interface SimulatedKey {
  readonly key: KeyView;
  readonly events: number;
  readonly deniedBefore: number;
  readonly deniedAfter: number;
}
