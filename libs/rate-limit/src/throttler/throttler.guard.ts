import { type ExecutionContext, Inject, Injectable, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  DEFAULT_IPV6_SUBNET_PREFIX,
  type ThrottlerGenerateKeyFunction,
  type ThrottlerLimitDetail,
  ThrottlerGuard as StockThrottlerGuard,
  type ThrottlerOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import { checkGuard, controllersOf } from './check-throttlers';
import { notCountedByOthers } from './counted-once';
import { decide } from './decide-together';
import { userAgentIsIgnored } from './ignored-user-agents';
import { GuardPlan } from './guard-plan';
import { type FixedRoute, nameOf, only, type RouteThrottlers } from './route-throttlers';
import type { ThrottleHit, ThrottleTerms } from './throttle-hit';
import { ThrottlerHeaders } from './throttler-headers';
import { decidesOwners, type OwnerStorage, type ThrottlerStorageRecord } from './throttler-storage';
import { commonOf, sortedThrottlers } from './throttler-options';

/** What a subclass has not overridden. */
const STOCK = StockThrottlerGuard.prototype as unknown as Readonly<Record<'shouldSkip' | 'generateKey', unknown>>;

const MODULES = Symbol('modules');

/** One throttler of a request with what it was counted under. */
interface Counted {
  readonly throttler: ThrottlerOptions;
  readonly tracker: string;
  readonly hit: ThrottleHit;
}

/**
 * The guard of @nestjs/throttler with the same tokens and hooks, to use or extend in its place: all throttlers of a
 * request are decided in one step of the storage, and a request that one of them refuses is not charged to the others.
 * A subclass that overrides `handleRequest` gets them one by one, as there.
 */
@Injectable()
export class FloodgateThrottlerGuard extends StockThrottlerGuard {
  // Whoever extends it may call a property as they like.
  @Optional()
  @Inject(ModulesContainer)
  private readonly [MODULES]?: ModulesContainer;
  #plan: GuardPlan | undefined;
  #generatedKey: ThrottlerGenerateKeyFunction | undefined;
  #headers: ThrottlerHeaders | undefined;

  /** Throws a ConfigurationError where a limit or time is no number, in the options or in a decorator. */
  override onModuleInit(): Promise<void> {
    return new Promise((resolve) => {
      this.#prepare();
      resolve();
    });
  }

  override canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.shouldSkip === STOCK.shouldSkip) return this.#limit(context);
    return Promise.resolve(this.shouldSkip(context)).then((isSkipped) => isSkipped || this.#limit(context));
  }

  /** Decides one throttler. */
  protected override handleRequest(request: ThrottlerRequest): Promise<boolean> {
    return this.#decideAll([request], false);
  }

  /** Sets nothing where the context has no response, as a GraphQL subscription or a message without a body. */
  protected override setResponseHeader(
    response: Record<string, unknown> | null | undefined,
    name: string,
    value: string | number,
  ): void {
    if (response !== undefined && response !== null) super.setResponseHeader(response, name, value);
  }

  #limit(context: ExecutionContext): Promise<boolean> {
    const plan = this.#planOfNow();
    const isWhole = this.handleRequest === FloodgateThrottlerGuard.prototype.handleRequest;
    const route = isWhole && plan.hasOwnKeys ? plan.routes.fixedRouteOf(context) : undefined;
    if (route !== undefined && decidesOwners(plan.storage)) return this.#limitFixed(context, route, plan.storage);
    return this.#limitEach(context, plan.routes, isWhole);
  }

  async #limitEach(context: ExecutionContext, routes: RouteThrottlers, isWhole: boolean): Promise<boolean> {
    const requests = await routes.requestsOf(context);
    if (isWhole) return requests.length === 0 || this.#decideAll(requests, true);
    const results: boolean[] = [];
    for (const request of requests) results.push(await this.handleRequest(request));
    return results.every((passes) => passes);
  }

  /** The frequent case, without a promise or a key more than it needs. */
  async #limitFixed(context: ExecutionContext, route: FixedRoute, storage: OwnerStorage): Promise<boolean> {
    const { req, res } = this.getRequestResponse(context);
    const given: unknown = route.getTracker(req, context);
    const tracker = typeof given === 'string' ? given : ((await given) as string);
    const owner = route.prefix + tracker;
    const names = notCountedByOthers({}, context, req, owner, route.names);
    const { throttlers, terms } = names.length === route.names.length ? route : only(names, route);
    if (terms.length === 0) return true;
    const records = await storage.incrementOwner(owner, terms);
    const isRefused = this.#writeHeaders(res, throttlers, terms, records);
    if (!isRefused) return true;
    const hits = terms.map((one) => ({ ...one, key: this.generateKey(context, tracker, one.throttlerName) }));
    return this.#refuse(context, hits, records, () => tracker);
  }

  /** A guard that extends this one may have set other throttlers or options, or have no `onModuleInit` of ours. */
  #planOfNow(): GuardPlan {
    if (this.#plan?.isOf(this.throttlers, this.commonOptions, this.storageService) === true) return this.#plan;
    if ((this.throttlers as ThrottlerOptions[] | undefined) === undefined) this.#prepare();
    const { throttlers, commonOptions: common, storageService: storage, options } = this;
    const isOwnStorage = !Array.isArray(options) && options.storage === storage;
    const generatesKeys = this.#generatedKey !== undefined && common.generateKey === this.#generatedKey;
    const hasOwnKeys = generatesKeys && this.generateKey === STOCK.generateKey;
    return (this.#plan = new GuardPlan({ throttlers, common, storage, isOwnStorage }, hasOwnKeys));
  }

  #prepare(): void {
    const { options } = this;
    const given = Array.isArray(options) ? options : options.throttlers;
    const common = Array.isArray(options) ? undefined : options;
    const ours = FloodgateThrottlerGuard.prototype;
    checkGuard(given, {
      controllers: controllersOf(this[MODULES]),
      setHeaders: common?.setHeaders ?? true,
      isWhole: this.handleRequest === ours.handleRequest && this.setResponseHeader === ours.setResponseHeader,
      logger: this.logger,
    });
    if (given.length === 0) this.logger.warn('No throttlers are configured, so no request is limited.');
    this.throttlers = sortedThrottlers(given);
    this.#generatedKey = this.generateKey.bind(this);
    this.ipv6SubnetPrefix = common?.ipv6SubnetPrefix ?? DEFAULT_IPV6_SUBNET_PREFIX;
    this.commonOptions = {
      ...commonOf(common),
      getTracker: common?.getTracker ?? this.getTracker.bind(this),
      generateKey: common?.generateKey ?? this.#generatedKey,
    };
  }

  async #decideAll(requests: readonly ThrottlerRequest[], once: boolean): Promise<boolean> {
    const { context } = requests[0] as ThrottlerRequest;
    const { req, res } = this.getRequestResponse(context);
    const pass = {};
    const counted: Counted[] = [];
    const trackers = new Map<unknown, Promise<string> | string>();
    for (const { throttler, limit, ttl, blockDuration, getTracker, generateKey } of requests) {
      if (userAgentIsIgnored(throttler.ignoreUserAgents ?? this.commonOptions.ignoreUserAgents, req)) continue;
      if (!trackers.has(getTracker)) trackers.set(getTracker, getTracker(req, context));
      const tracker = (await trackers.get(getTracker)) as string;
      const throttlerName = nameOf(throttler);
      const key = generateKey(context, tracker, throttlerName);
      if (once && notCountedByOthers(pass, context, req, key, [throttlerName]).length === 0) continue;
      counted.push({ throttler, tracker, hit: { key, ttl, limit, blockDuration, throttlerName } });
    }
    if (counted.length === 0) return true;
    const hits = counted.map(({ hit }) => hit);
    const records = await decide(this.#planOfNow().storage, hits);
    const throttlers = counted.map(({ throttler }) => throttler);
    const isRefused = this.#writeHeaders(res, throttlers, hits, records);
    return !isRefused || this.#refuse(context, hits, records, (i) => counted[i]?.tracker as string);
  }

  /** Those of the throttlers that were asked. Returns whether one refused. */
  #writeHeaders(
    response: Record<string, unknown> | undefined,
    throttlers: readonly ThrottlerOptions[],
    terms: readonly ThrottleTerms[],
    records: readonly ThrottlerStorageRecord[],
  ): boolean {
    const set = (name: string, value: number): void => {
      this.setResponseHeader(response, name, value);
    };
    const byDefault = this.commonOptions.setHeaders ?? true;
    return this.#headersFor(response).writeAll(throttlers, terms, records, byDefault, set);
  }

  #headersFor(response: Record<string, unknown> | undefined): ThrottlerHeaders {
    const isFastify = typeof response?.['header'] === 'function' && response['setHeader'] === undefined;
    const lowerCase = isFastify && this.setResponseHeader === FloodgateThrottlerGuard.prototype.setResponseHeader;
    const headers = this.#headers;
    if (headers?.prefix === this.headerPrefix && headers.lowerCase === lowerCase) return headers;
    return (this.#headers = new ThrottlerHeaders(this.headerPrefix, lowerCase));
  }

  async #refuse(
    context: ExecutionContext,
    hits: readonly ThrottleHit[],
    records: readonly ThrottlerStorageRecord[],
    trackerOf: (place: number) => string,
  ): Promise<boolean> {
    for (const [i, record] of records.entries()) {
      if (!record.isBlocked) continue;
      const { limit, ttl, key } = hits[i] as ThrottleHit;
      const detail: ThrottlerLimitDetail = { limit, ttl, key, tracker: trackerOf(i), ...record };
      await this.throwThrottlingException(context, detail);
    }
    return true;
  }
}
