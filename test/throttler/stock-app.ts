import {
  Controller,
  type ExecutionContext,
  Get,
  HttpException,
  Injectable,
  Module,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import {
  SkipThrottle,
  Throttle,
  type ThrottlerGuard,
  type ThrottlerLimitDetail,
  ThrottlerModule,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';

type Guard = typeof ThrottlerGuard;

/** The controllers of an app that knows nothing but @nestjs/throttler. */
@Controller('plain')
export class PlainController {
  @Get()
  ok(): string {
    return 'ok';
  }

  @Get('skip-one')
  @SkipThrottle({ short: true })
  skipOne(): string {
    return 'ok';
  }

  @Get('skip-bare')
  @SkipThrottle()
  skipBare(): string {
    return 'ok';
  }

  @Get('override')
  @Throttle({ short: { limit: 2, ttl: 10_000 } })
  override(): string {
    return 'ok';
  }

  @Get('resolved')
  @Throttle({ short: { limit: async () => Promise.resolve(2), ttl: () => 10_000 } })
  resolved(): string {
    return 'ok';
  }

  @Get('by-user')
  @Throttle({ short: { limit: 1, getTracker: (request) => String(request['headers']['x-user']) } })
  byUser(): string {
    return 'ok';
  }

  @Get('block')
  @Throttle({ short: { limit: 1, ttl: 700, blockDuration: 700 } })
  block(): string {
    return 'ok';
  }

  @Get('no-block')
  @Throttle({ short: { limit: 1, ttl: 700, blockDuration: 0 } })
  noBlock(): string {
    return 'ok';
  }
}

@Controller('strict')
@Throttle({ short: { limit: 2 }, long: { limit: 100 } })
export class StrictController {
  @Get()
  ok(): string {
    return 'ok';
  }

  @Get('milder')
  @Throttle({ short: { limit: 4 } })
  milder(): string {
    return 'ok';
  }
}

const oneKey = (): string => 'the same for both';

@Controller('shared')
@Throttle({ short: { limit: 2, generateKey: oneKey } })
@SkipThrottle({ long: true })
export class SharedController {
  @Get('a')
  a(): string {
    return 'ok';
  }

  @Get('b')
  b(): string {
    return 'ok';
  }
}

@Controller('free')
@SkipThrottle({ short: true, long: true })
export class FreeController {
  @Get()
  ok(): string {
    return 'ok';
  }

  @Get('not')
  @SkipThrottle({ short: false })
  not(): string {
    return 'ok';
  }
}

/** Guards as apps write them: by API key, and with an answer of their own; and one that counts every request twice. */
export function subclassesOf(Base: Guard): { ByApiKey: Guard; Twice: Guard } {
  @Injectable()
  class ByApiKey extends Base {
    protected override headerPrefix = 'X-Api-Limit';

    protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
      const { req } = this.getRequestResponse(context);
      return Promise.resolve(req['headers']['x-health'] === 'yes');
    }

    protected override getTracker(request: { headers: Record<string, unknown> }): Promise<string> {
      return Promise.resolve(`key ${String(request['headers']['x-api-key'])}`);
    }

    protected override generateKey(_context: ExecutionContext, suffix: string, name: string): string {
      return `api ${name} ${suffix}`;
    }

    protected override getErrorMessage(_context: ExecutionContext, detail: ThrottlerLimitDetail): Promise<string> {
      return Promise.resolve(`${detail.tracker} has ${detail.limit} requests`);
    }

    protected override async throwThrottlingException(
      context: ExecutionContext,
      detail: ThrottlerLimitDetail,
    ): Promise<void> {
      throw new HttpException({ slowDown: await this.getErrorMessage(context, detail) }, 420);
    }
  }

  @Injectable()
  class Twice extends Base {
    protected override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
      await super.handleRequest(request);
      return super.handleRequest(request);
    }
  }

  return { ByApiKey, Twice };
}

interface AppOptions {
  readonly guard: Guard;
  readonly options: ThrottlerModuleOptions;
  /** Another guard, on a route of its own. */
  readonly onRoute?: Guard;
}

/** The app's module, once for each test: Nest keeps what decorators say on the class. */
export function stockApp({ guard, options, onRoute }: AppOptions): Type {
  @Controller('guarded')
  class GuardedController {
    @Get()
    ok(): string {
      return 'ok';
    }
  }
  if (onRoute !== undefined) UseGuards(onRoute)(GuardedController);

  @Module({
    imports: [ThrottlerModule.forRoot(options)],
    controllers: [PlainController, StrictController, SharedController, FreeController, GuardedController],
    providers: [{ provide: APP_GUARD, useClass: guard }],
  })
  class AppModule {}
  return AppModule;
}
