import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import { RateLimitGuard, RateLimitModule, type RateLimitModuleOptions } from 'nest-floodgate';
import { RateLimitAdminModule } from 'nest-floodgate/admin';
import { RateLimitHealthModule } from 'nest-floodgate/health';
import { RateLimitMetricsModule } from 'nest-floodgate/metrics';
import { Registry } from 'prom-client';
import type { Config } from './config';
import { BurstController } from './demos/burst.controller';
import { ChatController } from './demos/chat.controller';
import { IndexController } from './demos/index.controller';
import { Items } from './demos/items';
import { ItemsController } from './demos/items.controller';
import { LoginController } from './demos/login.controller';
import { PlansController } from './demos/plans.controller';
import { ReportsController } from './demos/reports.controller';
import { GracefulShutdown } from './graceful-shutdown';
import { HeaderUserGuard } from './header-user.guard';
import { loggerOf } from './logger';
import { onNestLab } from './nest-lab-store';
import { policiesOf } from './policies';

@Module({})
export class AppModule {
  static with(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        RateLimitModule.forRoot({
          ...storeAndPolicies(config),
          // Who looks at the admin page in development sees keys as they are, and not digests.
          ...(config.environment === 'development' ? { operations: { keyText: (identity: string) => identity } } : {}),
          logger: loggerOf(config.limiterLogLevel, config, 'RateLimit'),
          everyRoute: ['requests'],
          unmatched: ['requests'],
          trustedProxies: config.trustedProxies,
        }),
        // /livez, /readyz, /startupz, /health and /api/health/rate-limiter; and /metrics.
        RateLimitHealthModule.forRoot({ shutdownDelayMs: config.shutdownDelayMs }),
        RateLimitMetricsModule.forRoot({ registry: new Registry() }),
        ...adminOf(config),
      ],
      controllers: [
        IndexController,
        ItemsController,
        ChatController,
        LoginController,
        ReportsController,
        PlansController,
        BurstController,
      ],
      providers: [
        Items,
        GracefulShutdown,
        // Guards run in this order: the limits by plan need to know the user.
        { provide: APP_GUARD, useClass: HeaderUserGuard },
        { provide: APP_GUARD, useClass: RateLimitGuard },
        { provide: APP_PIPE, useClass: StandardSchemaValidationPipe },
      ],
    };
  }
}

/** /admin: every limit, live, for whoever has the token. */
function adminOf({ adminToken, adminReadToken, environment }: Config): DynamicModule[] {
  if (adminToken === undefined) return [];
  const color = environment === 'production' ? 'red' : 'green';
  return [
    RateLimitAdminModule.forRoot({
      path: 'admin',
      // The audit log calls whoever has the token by this name; give each of your operators one of their own.
      token: [
        { token: adminToken, role: 'configure', name: 'operator' },
        { token: adminReadToken ?? '', role: 'read', name: 'guest' },
      ],
      environment: { label: environment, color },
    }),
  ];
}

/** Where limits are kept; a storage of another package can keep fewer kinds of them. */
function storeAndPolicies(config: Config): Pick<RateLimitModuleOptions, 'store' | 'onStoreFailure' | 'policies'> {
  const policies = policiesOf(config);
  return config.nestLabUrl === undefined ? { ...config.store, policies } : onNestLab(config.nestLabUrl, policies);
}
