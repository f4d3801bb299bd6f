import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { compileNewKeys } from '../control/new-keys-options';
import { type Control, openControl } from '../control/open-control';
import { checkStoreFailureMode } from '../core/compile-policy';
import { compileLease } from '../core/lease/lease-options';
import { Problems } from '../core/problems';
import { STORE_FAILURE_MODES, type StoreFailureMode } from '../core/store';
import { CalmLog } from '../engine/log';
import { PolicyRegistry } from '../engine/policy-registry';
import { RequestLimiter } from '../engine/request-limiter';
import { WaitingLines } from '../engine/waiting-lines';
import { compileClient } from '../http/client-address';
import { DEFAULT_IPV6_PREFIX, normalizeAddress } from '../http/normalize-address';
import { compileHeaders } from '../http/headers/compile-headers';
import { checkShapes } from './check-options';
import { byIp } from './key-resolvers';
import { compileStore, type OpenedStore } from './open-store';
import { Plans, type PlansOptions } from './plans';
import { type HttpRequest, RateLimitContext, rawRequest } from './rate-limit-context';
import type { RateLimitModuleOptions } from './rate-limit.options';
import { RateLimiter } from './rate-limiter';
import { compileRefusal, compileUncountable } from './refusal';
import { RequestGate } from './request-gate';
import { knownPolicies } from '../statistics/known-policies';
import { Operations } from '../statistics/operations';

/** Everything that one `forRoot` made. */
export interface RateLimitRuntime {
  readonly opened: OpenedStore;
  readonly registry: PolicyRegistry<RateLimitContext>;
  readonly limiter: RateLimiter;
  /** Who waits by `limiter`. */
  readonly lines: WaitingLines;
  readonly plans: Plans;
  readonly gate: RequestGate;
  readonly everyRoute: readonly string[];
  readonly unmatched: readonly string[];
  readonly log: CalmLog;
  readonly operations: Operations;
  readonly control: Control;
  /** How many leading bits of an IPv6 address make a client. */
  readonly ipv6Prefix: number;
  /** The client's address behind the trusted proxies. */
  readonly addressOf: (request: HttpRequest) => string;
}

/** Builds the runtime from checked options. Throws a ConfigurationError that names everything wrong with them. */
export function createRuntime(given: RateLimitModuleOptions, routes: PlansOptions['routes']): RateLimitRuntime {
  const problems = new Problems();
  const options = checkShapes(given, problems);
  const log = new CalmLog(options.logger ?? new Logger('RateLimitModule'));
  const registry = new PolicyRegistry<RateLimitContext>({
    onStoreFailure: usableMode(options.onStoreFailure),
    lease: compileLease('lease', options.lease, problems) ?? false,
  });
  for (const [name, policy] of Object.entries(options.policies ?? {})) {
    registry.add(name, `policies.${name}`, policy, problems);
  }
  const clientOf = compileClient(options, problems);
  const headers = compileHeaders(options.headers ?? 'draft-11', problems);
  const refuse = compileRefusal(options.response, log, problems);
  const refuseUncountable = compileUncountable(options.response);
  const openStore = compileStore(options.store, log, problems);
  checkStoreFailureMode('onStoreFailure', options.onStoreFailure, problems);
  const newKeys = compileNewKeys(options.newKeys, problems);
  problems.throwIfAny();

  const operations = new Operations(knownPolicies(registry), log, options.operations);
  const observer = operations.statistics;
  const opened = openStore(operations);
  const { store } = opened;
  operations.start(store, opened.redis);

  const control = openControl({
    registry,
    buckets: store,
    redis: opened.redis,
    identity: operations.identity,
    figures: operations.control,
    log,
    letGo: (policy, identity) => {
      observer.letGo(policy, identity);
    },
    newKeys,
    isStoreDown: () => operations.status.snapshot().state !== 'up',
  });

  const { ipv6Prefix = DEFAULT_IPV6_PREFIX } = options;
  const defaultKey = { ...byIp(), normalize: (address: string) => normalizeAddress(address, ipv6Prefix) };
  const ready = {
    key: defaultKey,
    identityOf: (context: RateLimitContext) => RateLimitContext.addressIdentity(context),
  };
  const limiting = { store, registry, defaultKey, digest, fallbackKey: defaultKey, ready, log, observer };
  const { everyRoute = [], unmatched = [] } = options;
  const plans = new Plans({ registry, everyRoute, defaultKey, routes, log });
  const gate = new RequestGate({
    plans,
    limiter: new RequestLimiter(limiting),
    clientOf,
    trustsProxies: trustsAny(options.trustedProxies),
    headers,
    refuse,
    refuseUncountable,
    onLimited: options.onLimited,
    log,
    observer,
  });
  const lines = new WaitingLines();
  const limiter = new RateLimiter({ ...limiting, lines, clientOf });
  return {
    ...{ opened, registry, limiter, lines, plans, gate, everyRoute, unmatched, log, operations, control, ipv6Prefix },
    addressOf: (request) => clientOf(rawRequest(request)).address,
  };
}

/** The mode that policies have where they do not say; what is none is a problem already, and need not be one of each. */
function usableMode(mode: StoreFailureMode = 'local'): StoreFailureMode {
  return STORE_FAILURE_MODES.includes(mode) ? mode : 'local';
}

/** Whether any proxy is trusted: 0 and an empty list, as unset environment variables leave them, trust none. */
function trustsAny(trusted: RateLimitModuleOptions['trustedProxies']): boolean {
  if (typeof trusted === 'string') return /[^\s,0]/.test(trusted);
  return typeof trusted === 'number' ? trusted > 0 : (trusted?.length ?? 0) > 0;
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
