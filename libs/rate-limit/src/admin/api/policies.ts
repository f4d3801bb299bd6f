import type { AlgorithmId, PolicyMode } from './common';
import type { Override } from './overrides';
import type { HeavyKey, PolicyTraffic } from './traffic';
import type { AuditEntry } from './audit';

/** What a policy says. */
export interface PolicySettings {
  readonly algorithm: AlgorithmId;
  /** `null` where it depends on the request. */
  readonly limit: number | null;
  /** The window as it is written: `1m`, `500`, `month`. */
  readonly per: string;
  /** In milliseconds; `null` for calendar windows. */
  readonly perMs: number | null;
  /** Token buckets only. */
  readonly burst: number | null;
  readonly timeZone: string | null;
  readonly mode: PolicyMode;
  /** Kind of key: `ip`, `user`, `header`, … */
  readonly keyedBy: string;
  readonly scope: string | null;
  readonly cost: number | 'function';
  readonly onStoreFailure: 'local' | 'open' | 'closed';
  readonly ban: BanSettings | null;
}

export interface BanSettings {
  readonly after: number;
  readonly withinMs: number;
  readonly forMs: number;
  readonly factor: number;
  readonly maxMs: number;
}

export interface PolicySummary {
  readonly name: string;
  readonly code: PolicySettings;
  readonly effective: PolicySettings;
  /** Another limit that is tried out in shadow beside the one in force; `null` without. */
  readonly trial: PolicySettings | null;
  /** The override of the whole policy, in force or tried out; `null` without. */
  readonly overrideId: string | null;
  readonly keyOverrides: number;
  readonly traffic: PolicyTraffic;
  /** Of code alone: the same on every instance with the same code. */
  readonly codeHash: string;
  /** Where it applies. */
  readonly everyRoute: boolean;
}

export interface PolicyList {
  readonly policies: readonly PolicySummary[];
}

export interface PolicyDetail extends PolicySummary {
  readonly topDenied: readonly HeavyKey[];
  readonly topRequests: readonly HeavyKey[];
  /** All that concern it: in force, planned by code that changed, ended. Newest first. */
  readonly overrides: readonly Override[];
  /** Newest first; `null` while the store does not answer. */
  readonly history: readonly AuditEntry[] | null;
}
