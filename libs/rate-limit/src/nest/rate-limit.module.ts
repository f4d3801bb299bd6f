import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, HttpAdapterHost, MetadataScanner } from '@nestjs/core';
import { Problems } from '../core/problems';
import { checkFeature, checkGiven, checkNames, checkStorable } from './check-options';
import type { RateLimitFeatureOptions, RateLimitModuleOptions } from './rate-limit.options';
import { AfterAuthRateLimitGuard, RateLimitGuard } from './rate-limit.guard';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } from './rate-limit.module-definition';
import { RATE_LIMIT_RUNTIME } from './rate-limit.tokens';
import { RateLimiter } from './rate-limiter';
import { RateLimitEventHooks } from '../events/on-rate-limit';
import { RateLimitEvents } from '../events/rate-limit-events';
import { Operations } from '../statistics/operations';
import { type Route, RouteScanner } from './route-scanner';
import { createRuntime, type RateLimitRuntime } from './runtime';
import { limitUnmatched } from './unmatched';

/**
 * Rate limiting for an application. `forRoot` or `forRootAsync` once, in the root module; `forFeature` in modules that
 * bring policies of their own. Everything is checked at boot: what is wrong stops it with a ConfigurationError.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    RouteScanner,
    {
      provide: RATE_LIMIT_RUNTIME,
      useFactory: (options: RateLimitModuleOptions, scanner: RouteScanner, discovery: DiscoveryService) => {
        rejectSecondRoot(discovery);
        return createRuntime(options, scanner);
      },
      inject: [MODULE_OPTIONS_TOKEN, RouteScanner, DiscoveryService],
    },
    { provide: RateLimiter, useFactory: ({ limiter }: RateLimitRuntime) => limiter, inject: [RATE_LIMIT_RUNTIME] },
    { provide: Operations, useFactory: ({ operations }: RateLimitRuntime) => operations, inject: [RATE_LIMIT_RUNTIME] },
    { provide: RateLimitEvents, useFactory: ({ events }: Operations) => events, inject: [Operations] },
    {
      provide: RateLimitEventHooks,
      useFactory: (discovery: DiscoveryService, metadata: MetadataScanner, operations: Operations) =>
        new RateLimitEventHooks(discovery, metadata, operations.events, (message) => {
          operations.warnOnce(message, message);
        }),
      inject: [DiscoveryService, MetadataScanner, Operations],
    },
    RateLimitGuard,
    AfterAuthRateLimitGuard,
  ],
  exports: [RATE_LIMIT_RUNTIME, Operations, RateLimitEvents, RateLimiter, RateLimitGuard, AfterAuthRateLimitGuard],
})
export class RateLimitModule
  extends ConfigurableModuleClass
  implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(RATE_LIMIT_RUNTIME) private readonly runtime: RateLimitRuntime,
    private readonly scanner: RouteScanner,
    private readonly adapterHost: HttpAdapterHost,
  ) {
    super();
  }

  /** Throws a ConfigurationError where there are no options, which Nest would fail on without a word about why. */
  static override forRoot(options: Parameters<typeof ConfigurableModuleClass.forRoot>[0]): DynamicModule {
    const problems = new Problems();
    checkGiven(options, problems);
    problems.throwIfAny();
    return super.forRoot(options);
  }

  /** Adds policies that a library of a monorepo brings along. Their names must be new. */
  static forFeature(options: RateLimitFeatureOptions): DynamicModule {
    return { module: RateLimitFeatureModule, providers: [{ provide: FEATURE_OPTIONS, useValue: options }] };
  }

  /** By now every policy is registered and Nest has mapped its routes: works out and checks every plan. */
  async onModuleInit(): Promise<void> {
    try {
      this.compilePlans();
      this.announceStore();
      await this.runtime.opened.untilReady();
      await this.takePart();
    } catch (error) {
      await this.runtime.control.stop();
      await this.runtime.operations.stop();
      await this.runtime.opened.close();
      throw error;
    }
    if (this.runtime.unmatched.length > 0) limitUnmatched(this.adapterHost, this.runtime);
  }

  /** Nest closes the server next, and waits for requests that would wait for room. */
  beforeApplicationShutdown(): void {
    this.runtime.lines.close();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runtime.control.stop();
    await this.runtime.operations.stop();
    await this.runtime.opened.close();
  }

  private compilePlans(): void {
    const problems = new Problems();
    const { registry, plans, everyRoute, unmatched } = this.runtime;
    checkNames('everyRoute', everyRoute, registry, problems);
    checkNames('unmatched', unmatched, registry, problems);
    if (problems.found.length === 0) {
      const used = registry.names.map((name) => registry.get(name).policy);
      const limited: Route[] = [];
      for (const route of this.scanner.routes()) {
        const entries = plans.compile(route.controller, route.handler, problems)['after-auth'];
        used.push(...entries.map(({ policy }) => policy));
        if (entries.length > 0) limited.push(route);
      }
      checkStorable(used, this.runtime.opened, problems);
      // With any guard at all it may be one that asks ours.
      if (limited.length > 0 && !this.scanner.hasGuard(limited)) this.runtime.log.warnOnce('no guard', NO_GUARD);
    }
    problems.throwIfAny();
  }

  /** In what operators decide elsewhere, and in bans; without RateLimitAdminModule too. */
  private async takePart(): Promise<void> {
    const { registry, opened, control } = this.runtime;
    if (opened.redis !== undefined || registry.mayBan) await control.start();
    else registry.onBan = () => void control.start();
  }

  /** One line a policy, so that whoever reads the log of an instance sees whether its limits are shared. */
  private announceStore(): void {
    const { registry, log, opened } = this.runtime;
    for (const name of registry.names) log.tell('log', `[RateLimit:${name}] Using ${opened.description}`);
  }
}

const NO_GUARD =
  'Routes have policies, and no guard stands before any of them: nothing is limited. Add ' +
  '{ provide: APP_GUARD, useClass: RateLimitGuard } to the providers of the root module, or @UseGuards(RateLimitGuard).';

/** Guards elsewhere would take either of two, and which one is not for the app to see. */
function rejectSecondRoot(discovery: DiscoveryService): void {
  const { length } = discovery
    .getProviders()
    .filter(({ token, host }) => token === RATE_LIMIT_RUNTIME && host?.isGlobal === true);
  if (length < 2) return;
  const problems = new Problems();
  const remedy = 'Keep one, in the root module, and give other modules RateLimitModule.forFeature.';
  const problem = `is called ${String(length)} times for the whole app, and each would count for itself.`;
  problems.add('RateLimitModule.forRoot', problem, remedy);
  problems.throwIfAny();
}

const FEATURE_OPTIONS = Symbol('FEATURE_OPTIONS');

/** One `forFeature`: registers its policies as soon as it is made. */
@Module({})
export class RateLimitFeatureModule {
  constructor(
    @Inject(FEATURE_OPTIONS) options: RateLimitFeatureOptions,
    @Inject(RATE_LIMIT_RUNTIME) { registry, opened }: RateLimitRuntime,
  ) {
    const problems = new Problems();
    for (const [name, policy] of Object.entries(checkFeature(options, problems))) {
      registry.add(name, `forFeature policies.${name}`, policy, problems);
    }
    // Nest calls no hook of an application that it could not make, and a connection would keep the process.
    if (problems.found.length > 0) void opened.close();
    problems.throwIfAny();
  }
}
