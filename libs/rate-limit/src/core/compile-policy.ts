import { compileBan } from './ban';
import { compileQuota, MAX_LIMIT, type QuotaCompiler } from './compile-quota';
import { ConfigurationError, show } from './errors';
import type { KeyFunction, KeyResolver } from './identity';
import { compileLease } from './lease/lease-options';
import { type PerRequest, type Policy, POLICY_MODES, type PolicyOptions, type PolicyScope } from './policy';
import { parseWholeNumber, Problems } from './problems';
import type { Quota } from './quota';
import { STORE_FAILURE_MODES, type StoreFailureMode } from './store';

/** Every option a policy may have; the order is the one of docs/configuration.md. */
export const POLICY_OPTIONS = [
  'limit',
  'per',
  'algorithm',
  'burst',
  'precision',
  'timeZone',
  'key',
  'scope',
  'cost',
  'skip',
  'onStoreFailure',
  'mode',
  'ban',
  'lease',
] as const satisfies readonly (keyof PolicyOptions<unknown>)[];

const LIMIT_REMEDY = `Write a whole number from 0 to ${String(MAX_LIMIT)}, or a function that returns one.`;
/** Distinct limits of one policy whose quotas are kept; a policy by tiers has a handful. */
const MAX_KEPT_QUOTAS = 256;

/** Checks a policy's options and prepares it. What is wrong is told in `problems`, with paths below `path`. */
export function compilePolicy<Context>(
  name: string,
  path: string,
  options: PolicyOptions<Context>,
  problems: Problems,
): Policy<Context> | undefined {
  if (typeof options !== 'object' || (options as unknown) === null) {
    problems.add(path, `is ${show(options)}.`, 'Write an object such as { limit: 100, per: "1m" }.');
    return undefined;
  }
  const before = problems.found.length;
  problems.rejectUnknown(path, options, POLICY_OPTIONS);
  checkName(name, path, problems);
  const compiler = compileQuota(path, options, problems);
  const quota = compileLimit(path, options.limit, compiler, problems);
  const key = options.key === undefined ? undefined : compileKey(`${path}.key`, options.key, problems);
  checkScope(path, options.scope, problems);
  const cost = compileCost(path, options.cost, quota, problems);
  checkSkip(path, options.skip, problems);
  checkStoreFailureMode(`${path}.onStoreFailure`, options.onStoreFailure, problems);
  checkMode(path, options.mode, problems);
  const ban = compileBan(`${path}.ban`, options.ban, problems);
  const lease = compileLease(`${path}.lease`, options.lease, problems);
  if (problems.found.length > before || compiler === undefined) return undefined;
  return Object.freeze({
    name,
    quota,
    quotaFor: keepQuotas(path, compiler),
    limitOf: typeof options.limit === 'function' ? options.limit : undefined,
    algorithm: options.algorithm ?? 'sliding-window',
    key,
    scope: options.scope,
    cost,
    skip: options.skip ?? false,
    onStoreFailure: options.onStoreFailure ?? 'local',
    mode: options.mode ?? 'enforce',
    ban,
    // What another instance holds is refused here: that must not count towards a ban. And a cost that is a function is
    // known only when it is called.
    lease: ban === undefined && typeof cost === 'number' ? lease : undefined,
  });
}

export function checkStoreFailureMode(path: string, mode: unknown, problems: Problems): void {
  if (mode === undefined || STORE_FAILURE_MODES.includes(mode as StoreFailureMode)) return;
  problems.add(path, `is ${show(mode)}.`, `Write one of ${STORE_FAILURE_MODES.map(show).join(', ')}.`);
}

function checkMode(path: string, mode: PolicyOptions<never>['mode'], problems: Problems): void {
  if (mode === undefined || POLICY_MODES.includes(mode)) return;
  problems.add(`${path}.mode`, `is ${show(mode)}.`, `Write one of ${POLICY_MODES.map(show).join(', ')}.`);
}

/** Header fields carry policy names as Structured Field strings: printable ASCII only. */
function checkName(name: string, path: string, problems: Problems): void {
  if (/^[\x20-\x7e]{1,100}$/.test(name)) return;
  problems.add(path, `has the name ${show(name)}.`, 'Write 1 to 100 printable ASCII characters: headers carry it.');
}

function compileLimit<Context>(
  path: string,
  limit: PolicyOptions<Context>['limit'],
  compiler: QuotaCompiler | undefined,
  problems: Problems,
): Quota | undefined {
  if (typeof limit === 'function') return undefined;
  const parsed = parseWholeNumber(limit, 0, MAX_LIMIT);
  if (parsed !== undefined) return compiler?.(parsed, problems);
  const problem = (limit as unknown) === undefined ? 'is missing.' : `is ${show(limit)}.`;
  problems.add(`${path}.limit`, problem, LIMIT_REMEDY);
  return undefined;
}

function keepQuotas(path: string, compiler: QuotaCompiler): Policy<never>['quotaFor'] {
  const kept = new Map<number | string, Quota>();
  return (limit) => {
    const known = kept.get(limit);
    if (known !== undefined) return known;
    const problems = new Problems();
    const parsed = parseWholeNumber(limit, 0, MAX_LIMIT);
    if (parsed === undefined) problems.add(`${path}.limit`, `is ${show(limit)} for this call.`, LIMIT_REMEDY);
    const quota = parsed === undefined ? undefined : compiler(parsed, problems);
    if (quota === undefined) throw new ConfigurationError(problems.found);
    if (kept.size >= MAX_KEPT_QUOTAS) kept.clear();
    kept.set(limit, quota);
    return quota;
  };
}

/** A key in either of its two forms as a resolver. What is neither is a problem. */
export function compileKey<Context>(
  path: string,
  key: KeyResolver<Context> | KeyFunction<Context>,
  problems: Problems,
): KeyResolver<Context> | undefined {
  if (typeof key === 'function') return { kind: 'key', resolve: key };
  const { kind, resolve }: Partial<Record<string, unknown>> = Object(key) as object;
  if (typeof resolve === 'function' && typeof kind === 'string' && kind !== '') return key;
  problems.add(path, `is ${show(key)}.`, 'Write a resolver such as byIp(), or a function.');
  return undefined;
}

function checkScope(path: string, scope: PolicyScope | undefined, problems: Problems): void {
  if (scope === undefined || (typeof scope === 'string' && scope !== '')) return;
  const remedy = 'Write "policy", "route", "controller", or a name that sharers have in common.';
  problems.add(`${path}.scope`, `is ${show(scope)}.`, remedy);
}

function compileCost<Context>(
  path: string,
  cost: PerRequest<number | string, Context> = 1,
  quota: Quota | undefined,
  problems: Problems,
): PerRequest<number | string, Context> {
  if (typeof cost === 'function') return cost;
  const parsed = parseWholeNumber(cost, 0, MAX_LIMIT);
  if (parsed === undefined) {
    const remedy = `Write a whole number from 0 to ${String(MAX_LIMIT)}, or a function that returns one.`;
    problems.add(`${path}.cost`, `is ${show(cost)}.`, remedy);
    return 1;
  }
  if (quota !== undefined && quota.limit > 0 && parsed > quota.capacity) {
    const problem = `is ${String(parsed)}, more than the ${String(quota.capacity)} the policy ever admits at once.`;
    problems.add(`${path}.cost`, problem, 'Write a smaller cost, or a higher limit (of a token bucket, burst).');
  }
  return parsed;
}

function checkSkip<Context>(path: string, skip: PerRequest<boolean, Context> | undefined, problems: Problems): void {
  if (skip === undefined || typeof skip === 'function' || typeof skip === 'boolean') return;
  problems.add(`${path}.skip`, `is ${show(skip)}.`, 'Write true, false, or a function that returns one.');
}
