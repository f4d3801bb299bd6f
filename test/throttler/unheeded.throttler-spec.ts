import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { RateLimitGuard, RateLimitModule } from 'nest-floodgate';
import { fromThrottlerOptions } from 'nest-floodgate/throttler';
import { startApp } from '../support/apps';

const THROTTLERS = [
  { name: 'short', ttl: 10_000, limit: 10 },
  { name: 'long', ttl: 60_000, limit: 5 },
];

test('says at boot what it takes no notice of in decorators, once for each name', async () => {
  @Controller('odd')
  @SkipThrottle({ none: true })
  class OddController {
    @Get()
    @Throttle({ shrot: { limit: 1, ttl: 1_000 }, short: { limit: 1, blockDuration: 1_000 } })
    ok(): string {
      return 'ok';
    }

    @Get('other')
    @Throttle({ shrot: { limit: 1, ttl: 1_000 } })
    @SkipThrottle()
    other(): string {
      return 'ok';
    }
  }
  @Module({
    imports: [RateLimitModule.forRoot(fromThrottlerOptions(THROTTLERS))],
    controllers: [OddController],
    providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
  })
  class AppModule {}
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const warn = (line: string): void => void warnings.push(line);
  const app = await startApp(AppModule, 'express', { logger: { log: ignore, error: ignore, warn } });
  await app.close();
  const end =
    'which is not in everyRoute: RateLimitGuard takes no notice of it, nor on other routes. It has "short", "long".';
  expect(warnings.sort()).toEqual([
    `@SkipThrottle() of OddController.ok names "none", ${end}`,
    `@Throttle() of OddController.ok names "shrot", ${end}`,
    expect.stringMatching(/^The blockDuration of "short" in @Throttle\(\) of OddController.ok is left out: a policy/),
  ]);
});
