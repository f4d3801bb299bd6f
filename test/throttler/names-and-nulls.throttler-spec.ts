import { Controller, Get, Injectable, Module, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Throttle, ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { RateLimitGuard, RateLimitModule } from 'nest-floodgate';
import { fromThrottlerOptions, ThrottlerGuard } from 'nest-floodgate/throttler';
import { adapters, startApp } from '../support/apps';
import { Client, tally, times } from '../support/client';

@Controller('strict')
@Throttle({ short: { limit: 2 } })
class StrictController {
  @Get()
  @Throttle({ short: { limit: null, ttl: null, blockDuration: null, getTracker: null } as never })
  ok(): string {
    return 'ok';
  }
}

function appWith(guard: Type, module: object): Type {
  @Module({
    imports: [module as Type],
    controllers: [StrictController],
    providers: [{ provide: APP_GUARD, useClass: guard }],
  })
  class AppModule {}
  return AppModule;
}

const throttled = (guard: Type, options: ThrottlerModuleOptions): Type =>
  appWith(guard, ThrottlerModule.forRoot(options));

@Injectable()
class NamesFieldsItself extends ThrottlerGuard {
  protected override setResponseHeader(response: Record<string, unknown>, name: string, value: string | number): void {
    super.setResponseHeader(response, name.replace(/\s/g, '-'), value);
  }
}

describe.each(adapters)('on %s', (adapter) => {
  const tallyOf = async (app: Type, requests: number) => {
    const running = await startApp(app, adapter, { logger: ['fatal'] });
    try {
      return tally(await times(requests, () => new Client(running.url).get('/strict')));
    } finally {
      await running.close();
    }
  };
  const spaced = (more: object = {}): ThrottlerModuleOptions => [
    { name: 'per minute', ttl: 60_000, limit: 1, ...more },
  ];

  test('a name that no field can end with stops the boot', async () => {
    await expect(tallyOf(throttled(ThrottlerGuard, spaced()), 1)).rejects.toThrow(
      'throttlers[0].name: is "per minute", which its response fields cannot end with. Write letters, digits, - and _',
    );
  });

  test('it does where there are no fields, or a subclass names them', async () => {
    expect(await tallyOf(throttled(ThrottlerGuard, spaced({ setHeaders: false })), 2)).toEqual({ 200: 1, 429: 1 });
    expect(await tallyOf(throttled(NamesFieldsItself, spaced()), 2)).toEqual({ 200: 1, 429: 1 });
  });

  test('what is null in JavaScript is left out', async () => {
    const options = () => [{ name: 'short', ttl: 10_000, limit: 5, blockDuration: null } as never];
    const expected = { 200: 2, 429: 1 };
    expect(await tallyOf(throttled(ThrottlerGuard, options()), 3)).toEqual(expected);
    expect(await tallyOf(appWith(RateLimitGuard, RateLimitModule.forRoot(fromThrottlerOptions(options()))), 3)).toEqual(
      expected,
    );
  });
});
