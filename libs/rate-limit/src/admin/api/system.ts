import type { Counts, Degradation } from './traffic';

export interface InstanceView {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly seenAtMs: number;
  readonly alive: boolean;
  /** It is the one that answers. */
  readonly self: boolean;
  readonly version: string;
  readonly node: string;
  readonly configHash: string;
  /** The version of overrides and lists it enforces. */
  readonly controlVersion: number;
  readonly upToDate: boolean;
  readonly problems: readonly string[];
  readonly totals: Counts | null;
}

export interface RedisView {
  readonly connected: boolean;
  readonly topology: 'standalone' | 'sentinel' | 'cluster' | 'unknown';
  readonly version: string | null;
  readonly role: string | null;
  readonly roundTripMs: number | null;
  readonly usedMemoryBytes: number | null;
  readonly maxMemoryBytes: number | null;
  readonly evictionPolicy: string | null;
  readonly evictedKeys: number | null;
  readonly connectedClients: number | null;
  readonly replicas: number | null;
  /** What could not be asked: the user lacks the right, or Redis did not answer. */
  readonly notPermitted: readonly string[];
}

export interface SystemStatus {
  readonly atMs: number;
  readonly store: {
    readonly kind: string;
    readonly state: 'up' | 'degraded' | 'unknown';
    readonly sinceMs: number | null;
    readonly lastError: { readonly message: string; readonly atMs: number } | null;
  };
  readonly redis: RedisView | null;
  readonly instances: readonly InstanceView[];
  /** Distinct values among living instances: more than one means a deploy is under way, or they differ. */
  readonly configHashes: readonly string[];
  readonly control: {
    readonly version: number;
    readonly shared: boolean;
    readonly lastReadAtMs: number | null;
    readonly overrides: number;
    readonly entries: number;
    /** How often documents that Redis had lost were written back. */
    readonly restored: number;
  };
  readonly streams: { readonly open: number; readonly most: number };
  readonly degraded: readonly Degradation[];
}
