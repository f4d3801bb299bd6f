import { type ExecutionContext, Inject, Injectable, Optional } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  DEFAULT_IPV6_SUBNET_PREFIX,
  type ThrottlerLimitDetail,
  ThrottlerGuard as StockThrottlerGuard,
  type ThrottlerOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import { Problems } from '../core/problems';
import { checkDecorators, checkThrottlers } from './check-throttlers';
import { decide } from './decide-together';
import { userAgentIsIgnored } from './ignored-user-agents';
import { nameOf, RouteThrottlers } from './route-throttlers';
import { countedByOthers } from './counted-once';
import type { ThrottleHit } from './throttle-hit';
import type { ThrottlerStorageRecord } from './throttler-storage';
import { writeThrottlerHeaders } from './throttler-headers';
import { parseNumber } from './throttler-numbers';

/** One throttler of a request with what it was counted under. */
interface Counted {
  readonly request: ThrottlerRequest;
  readonly tracker: string;
  readonly hit: ThrottleHit;
}

type Answered = Counted & { readonly record: ThrottlerStorageRecord };

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

  /** Throws a ConfigurationError where a limit or time is no number, in the options or in a decorator. */
  override onModuleInit(): Promise<void> {
    return new Promise((resolve) => {
      this.prepare();
      resolve();
    });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (await this.shouldSkip(context)) return true;
    const requests = await this.prepared().requestsOf(context);
    if (this.handleRequest === FloodgateThrottlerGuard.prototype.handleRequest) {
      return requests.length === 0 || this.decideAll(requests, true);
    }
    const results: boolean[] = [];
    for (const request of requests) results.push(await this.handleRequest(request));
    return results.every((passes) => passes);
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

  private prepared(): RouteThrottlers {
    return (this.routes ??= this.prepare());
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
    this.throttlers = sorted(given);
    this.ipv6SubnetPrefix = common?.ipv6SubnetPrefix ?? DEFAULT_IPV6_SUBNET_PREFIX;
    this.commonOptions = {
      ...pick(common),
      getTracker: common?.getTracker ?? this.getTracker.bind(this),
      generateKey: common?.generateKey ?? this.generateKey.bind(this),
    };
    return (this.routes = new RouteThrottlers(this.throttlers, this.commonOptions));
  }

  private async decideAll(requests: readonly ThrottlerRequest[], once: boolean): Promise<boolean> {
    const { context } = requests[0] as ThrottlerRequest;
    const { req, res } = this.getRequestResponse(context);
    const counted: Counted[] = [];
    const trackers = new Map<unknown, Promise<string> | string>();
    for (const request of requests) {
      const { throttler, limit, ttl, blockDuration, getTracker, generateKey } = request;
      if (userAgentIsIgnored(throttler.ignoreUserAgents ?? this.commonOptions.ignoreUserAgents, req)) continue;
      if (!trackers.has(getTracker)) trackers.set(getTracker, getTracker(req, context));
      const tracker = (await trackers.get(getTracker)) as string;
      const throttlerName = nameOf(throttler);
      const key = generateKey(context, tracker, throttlerName);
      if (once && countedByOthers(this, context, req, `${throttlerName}\n${key}`)) continue;
      counted.push({ request, tracker, hit: { key, ttl, limit, blockDuration, throttlerName } });
    }
    if (counted.length === 0) return true;
    const records = await decide(
      this.storageService,
      counted.map(({ hit }) => hit),
    );
    const answered = counted
      .slice(0, records.length)
      .map((one, i) => ({ ...one, record: records[i] as ThrottlerStorageRecord }));
    return this.answer(context, res, answered);
  }

  private async answer(
    context: ExecutionContext,
    res: Record<string, unknown>,
    answered: readonly Answered[],
  ): Promise<boolean> {
    const fields = answered
      .filter(({ request }) => request.throttler.setHeaders ?? this.commonOptions.setHeaders ?? true)
      .map(({ hit, record }) => ({ name: hit.throttlerName, limit: hit.limit, record }));
    writeThrottlerHeaders(this.headerPrefix, fields, (name, value) => {
      this.setResponseHeader(res, name, value);
    });
    for (const { hit, tracker, record } of answered) {
      if (!record.isBlocked) continue;
      const { limit, ttl, key } = hit;
      const detail: ThrottlerLimitDetail = { limit, ttl, key, tracker, ...record };
      await this.throwThrottlingException(context, detail);
    }
    return true;
  }
}

/** By length of time, as @nestjs/throttler asks them; those whose time depends on the request come last. */
function sorted(throttlers: readonly ThrottlerOptions[]): ThrottlerOptions[] {
  const order = ({ ttl }: ThrottlerOptions): number => (typeof ttl === 'function' ? Infinity : (parseNumber(ttl) ?? 0));
  return throttlers
    .map((throttler) => ({ ...throttler, name: nameOf(throttler) }))
    .sort((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
}

function pick(
  common: Pick<ThrottlerOptions, 'skipIf' | 'ignoreUserAgents' | 'setHeaders'> | undefined,
): Partial<ThrottlerOptions> {
  const { skipIf, ignoreUserAgents, setHeaders } = common ?? {};
  return {
    ...(skipIf === undefined ? {} : { skipIf }),
    ...(ignoreUserAgents === undefined ? {} : { ignoreUserAgents }),
    ...(setHeaders === undefined ? {} : { setHeaders }),
  };
}
