import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Which process statistics come from. */
export interface InstanceIdentity {
  /** Of this process alone: another one on the same machine, or after a restart, has another. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Unix milliseconds. */
  readonly startedAtMs: number;
  /** Of this library. */
  readonly version: string;
  readonly node: string;
}

export function newInstanceIdentity(version: string): InstanceIdentity {
  const host = hostname();
  const id = `${host}-${String(process.pid)}-${randomBytes(4).toString('hex')}`;
  return { id, host, pid: process.pid, startedAtMs: Date.now(), version, node: process.version };
}

/** Twelve characters that differ where the policies do, so that instances with another configuration stand out. */
export function configHash(policies: unknown): string {
  const text = JSON.stringify(policies, (_key, value: unknown) => textOf(value));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Properties in one order, and functions by their source, which JSON leaves out. */
function textOf(value: unknown): unknown {
  if (typeof value === 'function') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
