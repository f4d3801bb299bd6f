import { type ExecutionContext, Inject, Injectable, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  DEFAULT_IPV6_SUBNET_PREFIX,
  type ThrottlerLimitDetail,
  ThrottlerGuard as StockThrottlerGuard,
  type ThrottlerOptions,
  type ThrottlerRequest,
  type ThrottlerStorage,
} from '@nestjs/throttler';
import { Problems } from '../core/problems';
import { checkDecorators, checkThrottlers } from './check-throttlers';
import { notCountedByOthers } from './counted-once';
import { decide, storageBehind } from './decide-together';
import { userAgentIsIgnored } from './ignored-user-agents';
import { type FixedRoute, nameOf, only, RouteThrottlers } from './route-throttlers';
import type { ThrottleHit, ThrottleTerms } from './throttle-hit';
import { ThrottlerHeaders } from './throttler-headers';
import { decidesOwners, type OwnerStorage, type ThrottlerStorageRecord } from './throttler-storage';
import { commonOf, sortedThrottlers } from './throttler-options';

/** What a subclass has not overridden. */
const STOCK = StockThrottlerGuard.prototype as unknown as Readonly<Record<'shouldSkip' | 'generateKey', unknown>>;

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
  @Optional()
  @Inject(ModulesContainer)
  private readonly modules?: ModulesContainer;
  private routes: RouteThrottlers | undefined;
  private storage: ThrottlerStorage | undefined;
  /** Whether a key is a route, a throttler and a tracker, so that storages may name what they keep as they like. */
  private hasOwnKeys = false;
  private headers: ThrottlerHeaders | undefined;

  /** Throws a ConfigurationError where a limit or time is no number, in the options or in a decorator. */
  override onModuleInit(): Promise<void> {
    return new Promise((resolve) => {
      this.prepare();
      resolve();
    });
  }

  override canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.shouldSkip === STOCK.shouldSkip) return this.limit(context);
    return Promise.resolve(this.shouldSkip(context)).then((isSkipped) => isSkipped || this.limit(context));
  }

  /** Decides one throttler. */
  protected override handleRequest(request: ThrottlerRequest): Promise<boolean> {
    return this.decideAll([request], false);
  }

  /** Sets nothing where the context has no response, as a GraphQL subscription. */
  protected override setResponseHeader(
    response: Record<string, unknown> | undefined,
    name: string,
    value: string | number,
  ): void {
    if (response !== undefined) super.setResponseHeader(response, name, value);
  }

  private limit(context: ExecutionContext): Promise<boolean> {
    const routes = this.routes ?? this.prepare();
    const isWhole = this.handleRequest === FloodgateThrottlerGuard.prototype.handleRequest;
    const route = isWhole && this.hasOwnKeys ? routes.fixedRouteOf(context) : undefined;
    if (route !== undefined && decidesOwners(this.storage)) return this.limitFixed(context, route, this.storage);
    return this.limitEach(context, routes, isWhole);
  }

  private async limitEach(context: ExecutionContext, routes: RouteThrottlers, isWhole: boolean): Promise<boolean> {
    const requests = await routes.requestsOf(context);
    if (isWhole) return requests.length === 0 || this.decideAll(requests, true);
    const results: boolean[] = [];
    for (const request of requests) results.push(await this.handleRequest(request));
    return results.every((passes) => passes);
  }

  /** The frequent case, without a promise or a key more than it needs. */
  private async limitFixed(context: ExecutionContext, route: FixedRoute, storage: OwnerStorage): Promise<boolean> {
    const { req, res } = this.getRequestResponse(context);
    const given: unknown = route.getTracker(req, context);
    const tracker = typeof given === 'string' ? given : ((await given) as string);
    const owner = route.prefix + tracker;
    const names = notCountedByOthers({}, context, req, owner, route.names);
    const { throttlers, terms } = names.length === route.names.length ? route : only(names, route);
    if (terms.length === 0) return true;
    const records = await storage.incrementOwner(owner, terms);
    const isRefused = this.writeHeaders(res, throttlers, terms, records);
    if (!isRefused) return true;
    const hits = terms.map((one) => ({ ...one, key: this.generateKey(context, tracker, one.throttlerName) }));
    return this.refuse(context, hits, records, () => tracker);
  }

  private prepare(): RouteThrottlers {
    const { options } = this;
    const given = Array.isArray(options) ? options : options.throttlers;
    const common = Array.isArray(options) ? undefined : options;
    const problems = new Problems();
    checkThrottlers(given, problems);
    const controllers = [...(this.modules?.values() ?? [])].flatMap((module) => [...module.controllers.values()]);
    const types = controllers.map(({ metatype }) => metatype).filter((type) => typeof type === 'function');
    checkDecorators(types as never[], given, problems, (message) => {
      this.logger.warn(message);
    });
    problems.throwIfAny();
    if (given.length === 0) this.logger.warn('No throttlers are configured, so no request is limited.');
    this.throttlers = sortedThrottlers(given);
    this.storage = storageBehind(this.storageService);
    this.hasOwnKeys = common?.generateKey === undefined && this.generateKey === STOCK.generateKey;
    this.ipv6SubnetPrefix = common?.ipv6SubnetPrefix ?? DEFAULT_IPV6_SUBNET_PREFIX;
    this.commonOptions = {
      ...commonOf(common),
      getTracker: common?.getTracker ?? this.getTracker.bind(this),
      generateKey: common?.generateKey ?? this.generateKey.bind(this),
    };
    return (this.routes = new RouteThrottlers(this.throttlers, this.commonOptions));
  }

  private async decideAll(requests: readonly ThrottlerRequest[], once: boolean): Promise<boolean> {
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
    const records = await decide(this.storage ?? this.storageService, hits);
    const throttlers = counted.map(({ throttler }) => throttler);
    const isRefused = this.writeHeaders(res, throttlers, hits, records);
    return !isRefused || this.refuse(context, hits, records, (i) => counted[i]?.tracker as string);
  }

  /** Those of the throttlers that were asked. Returns whether one refused. */
  private writeHeaders(
    response: Record<string, unknown> | undefined,
    throttlers: readonly ThrottlerOptions[],
    terms: readonly ThrottleTerms[],
    records: readonly ThrottlerStorageRecord[],
  ): boolean {
    const headers = this.headersFor(response);
    const set = (name: string, value: number): void => {
      this.setResponseHeader(response, name, value);
    };
    let isRefused = false;
    let retryAfter = 0;
    for (let i = 0; i < records.length; i++) {
      const [record, { throttlerName, limit }] = [records[i] as ThrottlerStorageRecord, terms[i] as ThrottleTerms];
      isRefused ||= record.isBlocked;
      if (!(throttlers[i]?.setHeaders ?? this.commonOptions.setHeaders ?? true)) continue;
      retryAfter = Math.max(retryAfter, headers.write({ name: throttlerName, limit, record }, set));
    }
    if (retryAfter > 0) headers.writeRetryAfter(retryAfter, set);
    return isRefused;
  }

  private headersFor(response: Record<string, unknown> | undefined): ThrottlerHeaders {
    const isFastify = typeof response?.['header'] === 'function' && response['setHeader'] === undefined;
    const lowerCase = isFastify && this.setResponseHeader === FloodgateThrottlerGuard.prototype.setResponseHeader;
    const { headers } = this;
    if (headers?.prefix === this.headerPrefix && headers.lowerCase === lowerCase) return headers;
    return (this.headers = new ThrottlerHeaders(this.headerPrefix, lowerCase));
  }

  private async refuse(
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
