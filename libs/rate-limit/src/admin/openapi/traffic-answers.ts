import { z } from 'zod';
import type * as api from '../api';
import { override } from './change-answers';
import { algorithm, auditEntry, flag, key, list, mode, number, text, whenMs, whole } from './shared-answers';

export const counts = z.strictObject({
  allowed: number,
  denied: number,
  shadowDenied: number,
  bypassed: number,
  errors: number,
}) satisfies z.ZodType<api.Counts>;

const latency = z.strictObject({
  p50Ms: number.nullable(),
  p95Ms: number.nullable(),
  p99Ms: number.nullable(),
}) satisfies z.ZodType<api.Latency>;

const blockedCount = z.strictObject({ count: whole, atLeast: flag });
const instanceCount = z.strictObject({ alive: whole, answering: whole });

const policyTraffic = z.strictObject({
  policy: text,
  mode,
  totals: counts,
  perSecond: counts,
  nearLimit: number,
  blocked: blockedCount,
}) satisfies z.ZodType<api.PolicyTraffic>;

const heavyKey = z.strictObject({ key, policy: text, count: number, error: number }) satisfies z.ZodType<api.HeavyKey>;

export const degradation = z.strictObject({
  kind: z.enum(['store', 'control', 'partial', 'statistics']),
  message: text,
  sinceMs: whenMs.nullable(),
}) satisfies z.ZodType<api.Degradation>;

const point = counts.extend({ atMs: whenMs }) satisfies z.ZodType<api.SecondPoint>;

export const overview = z.strictObject({
  atMs: whenMs,
  totals: counts,
  perSecond: counts,
  latency,
  blocked: blockedCount,
  policies: list(policyTraffic),
  topDenied: list(heavyKey),
  topRequests: list(heavyKey),
  recentChanges: list(auditEntry),
  activeOverrides: whole,
  activeEntries: whole,
  instances: instanceCount,
  degraded: list(degradation),
  history: list(point),
}) satisfies z.ZodType<api.Overview>;

export const frame = z.strictObject({
  id: whole,
  atMs: whenMs,
  totals: counts,
  perSecond: counts,
  latency,
  blocked: blockedCount,
  policies: list(policyTraffic),
  instances: instanceCount,
  degraded: list(degradation),
  controlVersion: whole,
  lastAuditId: text.nullable(),
}) satisfies z.ZodType<api.LiveFrame>;

export const series = z.strictObject({
  policy: text.nullable(),
  resolution: z.enum(['second', 'minute', 'hour']),
  fromMs: whenMs,
  toMs: whenMs,
  points: list(point),
}) satisfies z.ZodType<api.TrafficSeries>;

const settings = z.strictObject({
  algorithm,
  limit: number.nullable(),
  per: text,
  perMs: number.nullable(),
  burst: number.nullable(),
  timeZone: text.nullable(),
  mode,
  keyedBy: text,
  scope: text.nullable(),
  cost: z.union([number, z.literal('function')]),
  onStoreFailure: z.enum(['local', 'open', 'closed']),
  ban: z.strictObject({ after: whole, withinMs: number, forMs: number, factor: number, maxMs: number }).nullable(),
}) satisfies z.ZodType<api.PolicySettings>;

const policySummary = z.strictObject({
  name: text,
  code: settings,
  effective: settings,
  trial: settings.nullable(),
  overrideId: text.nullable(),
  keyOverrides: whole,
  traffic: policyTraffic,
  codeHash: text,
  everyRoute: flag,
}) satisfies z.ZodType<api.PolicySummary>;

export const policyList = z.strictObject({ policies: list(policySummary) }) satisfies z.ZodType<api.PolicyList>;

export const policyDetail = policySummary.extend({
  topDenied: list(heavyKey),
  topRequests: list(heavyKey),
  overrides: list(override),
  history: list(auditEntry).nullable(),
}) satisfies z.ZodType<api.PolicyDetail>;
