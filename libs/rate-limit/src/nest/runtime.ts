import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { show } from '../core/errors';
import { parseWholeNumber, Problems } from '../core/problems';
import type { RateLimitStore } from '../core/store';
import { CalmLog } from '../engine/log';
import { PolicyRegistry } from '../engine/policy-registry';
import { RequestLimiter } from '../engine/request-limiter';
import { compileClientAddress } from '../http/client-address';
import { normalizeAddress } from '../http/normalize-address';
import { compileHeaders } from '../http/headers/compile-headers';
import { MemoryStore } from '../stores/memory/memory-store';
import { checkShapes } from './check-options';
import { byIp } from './key-resolvers';
import { Plans, type PlansOptions } from './plans';
import type { RateLimitContext } from './rate-limit-context';
import type { RateLimitModuleOptions } from './rate-limit.options';
import { RateLimiter } from './rate-limiter';
import { compileRefusal } from './refusal';
import { RequestGate } from './request-gate';

/** Everything that one `forRoot` made. */
export interface RateLimitRuntime {
  readonly store: RateLimitStore;
  readonly registry: PolicyRegistry<RateLimitContext>;
  readonly limiter: RateLimiter;
  readonly plans: Plans;
  readonly gate: RequestGate;
  readonly everyRoute: readonly string[];
  readonly unmatched: readonly string[];
  readonly log: CalmLog;
}

/** Builds the runtime from checked options. Throws a ConfigurationError that names everything wrong with them. */
export function createRuntime(given: RateLimitModuleOptions, routes: PlansOptions['routes']): RateLimitRuntime {
  const problems = new Problems();
  const options = checkShapes(given, problems);
  const log = new CalmLog(options.logger ?? new Logger('RateLimitModule'));
  const registry = new PolicyRegistry<RateLimitContext>();
  for (const [name, policy] of Object.entries(options.policies ?? {})) {
    registry.add(name, `policies.${name}`, policy, problems);
  }
  const addressOf = compileClientAddress(options, problems);
  const headers = compileHeaders(options.headers ?? 'draft-11', problems);
  const refuse = compileRefusal(options.response, log, problems);
  const store = createStore(options.store, log, problems);
  problems.throwIfAny();

  const prefix = options.ipv6Prefix;
  const defaultKey = { ...byIp(), normalize: (address: string) => normalizeAddress(address, prefix) };
  const limiting = { store, registry, defaultKey, digest, fallbackKey: defaultKey, log };
  const { everyRoute = [], unmatched = [] } = options;
  const plans = new Plans({ registry, everyRoute, defaultKey, routes, log });
  const gate = new RequestGate({
    plans,
    limiter: new RequestLimiter(limiting),
    addressOf,
    trustsProxies: trustsAny(options.trustedProxies),
    headers,
    refuse,
    onLimited: options.onLimited,
    log,
  });
  return { store, registry, limiter: new RateLimiter(limiting), plans, gate, everyRoute, unmatched, log };
}

function createStore(config: RateLimitModuleOptions['store'], log: CalmLog, problems: Problems): RateLimitStore {
  if (config !== undefined && 'consume' in config) return config;
  problems.rejectUnknown('store', config ?? {}, ['type', 'maxKeys']);
  if (config !== undefined && (config.type as unknown) !== 'memory') {
    problems.add('store.type', `is ${show(config.type)}.`, 'Write "memory", or pass a store.');
  }
  const maxKeys = config?.maxKeys === undefined ? undefined : parseWholeNumber(config.maxKeys, 1, 2 ** 24);
  if (config?.maxKeys !== undefined && maxKeys === undefined) {
    problems.add('store.maxKeys', `is ${show(config.maxKeys)}.`, 'Write a whole number from 1 to 16777216.');
  }
  const onFull = (message: string): void => {
    log.error('store full', () => message);
  };
  return new MemoryStore({ onFull, ...(maxKeys === undefined ? {} : { maxKeys }) });
}

/** Whether any proxy is trusted: 0 and an empty list, as unset environment variables leave them, trust none. */
function trustsAny(trusted: RateLimitModuleOptions['trustedProxies']): boolean {
  if (typeof trusted === 'string') return /[^\s,0]/.test(trusted);
  return typeof trusted === 'number' ? trusted > 0 : (trusted?.length ?? 0) > 0;
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
