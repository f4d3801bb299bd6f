import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { ThrottlerModule } from '@nestjs/throttler';
import { ThrottlerGuard } from 'nest-floodgate/throttler';
import { adapters, type RunningApp, startApp } from '../support/apps';
import { Client, tally, times } from '../support/client';

/** Of a guard before a class and its method Nest makes one instance. */
@Controller()
@UseGuards(ThrottlerGuard)
class WorkController {
  @Get()
  @UseGuards(ThrottlerGuard, ThrottlerGuard)
  work(): string {
    return 'done';
  }
}

@Module({ imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 2 }])], controllers: [WorkController] })
class WorkModule {}

describe.each(adapters)('on %s', (adapter) => {
  let app: RunningApp;
  beforeEach(async () => {
    app = await startApp(WorkModule, adapter);
  });
  afterEach(() => app.close());

  test('one guard on a class and its method counts a request once', async () => {
    const client = new Client(app.url, '192.0.2.1');
    expect(tally(await times(3, () => client.get('/')))).toEqual({ 200: 2, 429: 1 });
  });
});
