import { show } from '../core/errors';
import type { Policy } from '../core/policy';
import type { Problems } from '../core/problems';
import type { OpenedStore } from './open-store';
import type { RateLimitContext } from './rate-limit-context';
import {
  MODULE_OPTIONS,
  type RateLimitFeatureOptions,
  type RateLimitModuleOptions,
  type RateLimitPolicies,
} from './rate-limit.options';
import type { PolicyRegistry } from '../engine/policy-registry';

const MODULE = 'RateLimitModule.forRoot';

/**
 * The options, with those left out that have a shape nothing can be done with; each of these is a problem. What is
 * inside a policy, a header format or an address is checked where it is compiled.
 */
export function checkShapes(options: RateLimitModuleOptions, problems: Problems): RateLimitModuleOptions {
  if (!checkGiven(options, problems)) return {};
  problems.rejectUnknown(MODULE, options, MODULE_OPTIONS);
  const { policies, everyRoute, unmatched, onLimited, logger, store } = options;
  const misshapen = new Set<keyof RateLimitModuleOptions>();
  const expect = (name: keyof RateLimitModuleOptions, fits: boolean, remedy: string): void => {
    if (options[name] === undefined || fits) return;
    misshapen.add(name);
    problems.add(name, `is ${show(options[name])}.`, remedy);
  };
  expect('policies', isObject(policies) && !Array.isArray(policies), POLICIES_REMEDY);
  expect('everyRoute', isListOfText(everyRoute), 'Write a list of policy names such as ["default"].');
  expect('unmatched', isListOfText(unmatched), 'Write a list of policy names such as ["default"].');
  expect('onLimited', typeof onLimited === 'function', 'Write a function of the decision and the context.');
  expect('logger', typeof logger?.warn === 'function' && typeof logger.error === 'function', LOGGER_REMEDY);
  expect('operations', isObject(options.operations) && !Array.isArray(options.operations), OPERATIONS_REMEDY);
  if (isObject(options.operations)) checkOperations(options.operations as Record<string, unknown>, problems);
  expect('store', isObject(store), 'Write { type: "memory" } or { type: "redis" }, or pass a store.');
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => !misshapen.has(name as keyof RateLimitModuleOptions)),
  );
}

/** Whether there are options at all; else that is a problem. */
export function checkGiven(options: unknown, problems: Problems): boolean {
  if (isObject(options)) return true;
  problems.add(MODULE, `was given ${show(options)}.`, 'Write an object such as { policies: { … } }.');
  return false;
}

function checkOperations(operations: Readonly<Record<string, unknown>>, problems: Problems): void {
  problems.rejectUnknown('operations', operations, ['logRefusals', 'keyText', 'writeRefusal']);
  const { logRefusals } = operations;
  if (
    logRefusals !== undefined &&
    (typeof logRefusals !== 'number' || !Number.isInteger(logRefusals) || logRefusals < 0)
  ) {
    problems.add('operations.logRefusals', `is ${show(logRefusals)}.`, 'Write how many a second, 0 or more.');
  }
  for (const name of ['keyText', 'writeRefusal']) {
    const given = operations[name];
    if (given === undefined || typeof given === 'function') continue;
    const remedy = name === 'keyText' ? 'Write a function of the identity.' : 'Write a function of the line.';
    problems.add(`operations.${name}`, `is ${show(given)}.`, remedy);
  }
}

/** The policies of a `forFeature`; none where its options are of no use, which is a problem. */
export function checkFeature(options: RateLimitFeatureOptions, problems: Problems): RateLimitPolicies {
  const { policies } = isObject(options) ? options : ({} as Partial<RateLimitFeatureOptions>);
  if (isObject(policies) && !Array.isArray(policies)) return policies as RateLimitPolicies;
  problems.add('forFeature policies', `is ${show(policies)}.`, POLICIES_REMEDY);
  return {};
}

const POLICIES_REMEDY = 'Write { aName: { limit: 100, per: "1m" } }.';
const OPERATIONS_REMEDY = 'Write an object such as { logRefusals: 10 }.';
const LOGGER_REMEDY = 'Pass an object with the methods warn and error.';

/** Complains of names in a list that are no policies. To be called once all policies are registered. */
export function checkNames(
  path: string,
  names: readonly string[],
  registry: PolicyRegistry<RateLimitContext>,
  problems: Problems,
): void {
  for (const [i, name] of names.entries()) {
    if (registry.find(name) !== undefined) continue;
    problems.add(`${path}[${String(i)}]`, `is ${show(name)}, which is no policy.`, registry.knownPolicies());
  }
}

/** Complains of policies that the store cannot keep. */
export function checkStorable(
  policies: readonly Policy<RateLimitContext>[],
  store: OpenedStore,
  problems: Problems,
): void {
  for (const policy of new Set(policies)) {
    const objection = store.objectionTo?.(policy);
    if (objection === undefined) continue;
    problems.add(`policy ${show(policy.name)}`, objection, 'Change it, or use the store "redis" or "memory".');
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
