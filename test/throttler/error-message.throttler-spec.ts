import { Controller, Get, Module, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Throttle, ThrottlerGuard, ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { RateLimitGuard, RateLimitModule } from 'nest-floodgate';
import { fromThrottlerOptions, ThrottlerGuard as OurGuard } from 'nest-floodgate/throttler';
import { startApp } from '../support/apps';
import { Client } from '../support/client';

@Controller()
class AppController {
  @Get('never')
  never(): string {
    return 'ok';
  }

  @Get('half')
  @Throttle({ short: { ttl: 500 } })
  half(): string {
    return 'ok';
  }

  @Get('minute')
  @Throttle({ short: { limit: 1, ttl: 59_500 } })
  minute(): string {
    return 'ok';
  }
}

const steps: [step: string, modules: (options: ThrottlerModuleOptions) => object, guard: Type][] = [
  ['stock', (options) => ThrottlerModule.forRoot(options), ThrottlerGuard],
  ['step 2', (options) => ThrottlerModule.forRoot(options), OurGuard],
  ['step 3', (options) => RateLimitModule.forRoot(fromThrottlerOptions(options)), RateLimitGuard],
];

async function withApp(
  [, moduleOf, guard]: (typeof steps)[number],
  errorMessage: Exclude<ThrottlerModuleOptions, readonly unknown[]>['errorMessage'] & {},
  test: (client: Client) => Promise<void>,
): Promise<void> {
  const options = { throttlers: [{ name: 'short', ttl: 60_000, limit: 0 }], errorMessage };
  @Module({
    imports: [moduleOf(options) as Type],
    controllers: [AppController],
    providers: [{ provide: APP_GUARD, useClass: guard }],
  })
  class AppModule {}
  const app = await startApp(AppModule, 'express', { logger: ['fatal'] });
  try {
    await test(new Client(app.url));
  } finally {
    await app.close();
  }
}

test.each(steps)('%s: a function is told of the limit that refused', async (...step) => {
  const detailOf: Parameters<typeof withApp>[1] = (_context, detail) => JSON.stringify({ ...detail, key: '' });
  await withApp(step, detailOf, async (client) => {
    const refusedAt = async (path: string) => JSON.parse(String((await client.get(path)).body.message)) as unknown;
    const common = { tracker: '127.0.0.1', key: '', isBlocked: true };
    const never = { ...common, limit: 0, ttl: 60_000, totalHits: 1, timeToExpire: 60, timeToBlockExpire: 60 };
    expect(await refusedAt('/never')).toEqual(never);
    expect(await refusedAt('/never')).toEqual(never);
    await client.get('/minute');
    expect(await refusedAt('/minute')).toEqual({ ...never, limit: 1, ttl: 59_500, totalHits: 2 });
    expect(await refusedAt('/half')).toEqual({ ...never, ttl: 500, timeToExpire: 1, timeToBlockExpire: 1 });
  });
});

test.each(steps)('%s: an empty text is none', async (...step) => {
  await withApp(step, '', async (client) => {
    expect((await client.get('/never')).body.message).toBe('ThrottlerException: Too Many Requests');
  });
});
