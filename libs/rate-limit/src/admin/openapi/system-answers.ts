import { z } from 'zod';
import type * as api from '../api';
import { actor, flag, list, number, role, text, whenMs, whole } from './shared-answers';
import { counts, degradation } from './traffic-answers';

export const bootstrap = z.strictObject({
  actor,
  roles: list(role),
  authentication: z.enum(['token', 'guard', 'none']),
  sessionExpiresAtMs: whenMs.nullable(),
  readOnly: flag,
  environment: z.strictObject({ label: text, color: z.enum(['red', 'amber', 'green', 'blue', 'grey']) }).nullable(),
  features: z.strictObject({ recording: flag, simulation: flag, statistics: flag, shared: flag }),
  version: text,
  serverTimeMs: whenMs,
  defaultExpiryMs: whole,
  links: list(z.strictObject({ label: text, url: text })),
}) satisfies z.ZodType<api.Bootstrap>;

export const session = z.strictObject({
  actor,
  roles: list(role),
  expiresAtMs: whenMs,
}) satisfies z.ZodType<api.Session>;

const instance = z.strictObject({
  id: text,
  host: text,
  pid: whole,
  startedAtMs: whenMs,
  seenAtMs: whenMs,
  alive: flag,
  self: flag,
  version: text,
  node: text,
  configHash: text,
  controlVersion: whole,
  upToDate: flag,
  problems: list(text),
  totals: counts.nullable(),
}) satisfies z.ZodType<api.InstanceView>;

const redis = z.strictObject({
  connected: flag,
  topology: z.enum(['standalone', 'sentinel', 'cluster', 'unknown']),
  version: text.nullable(),
  role: text.nullable(),
  roundTripMs: number.nullable(),
  usedMemoryBytes: number.nullable(),
  maxMemoryBytes: number.nullable(),
  evictionPolicy: text.nullable(),
  evictedKeys: number.nullable(),
  connectedClients: number.nullable(),
  replicas: number.nullable(),
  notPermitted: list(text),
}) satisfies z.ZodType<api.RedisView>;

export const system = z.strictObject({
  atMs: whenMs,
  store: z.strictObject({
    kind: text,
    state: z.enum(['up', 'degraded', 'unknown']),
    sinceMs: whenMs.nullable(),
    lastError: z.strictObject({ message: text, atMs: whenMs }).nullable(),
  }),
  redis: redis.nullable(),
  instances: list(instance),
  configHashes: list(text),
  control: z.strictObject({
    version: whole,
    shared: flag,
    lastReadAtMs: whenMs.nullable(),
    overrides: whole,
    entries: whole,
    restored: whole,
  }),
  streams: z.strictObject({ open: whole, most: whole }),
  degraded: list(degradation),
}) satisfies z.ZodType<api.SystemStatus>;
