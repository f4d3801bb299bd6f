import { Controller, Get } from '@nestjs/common';
import { RateLimiter } from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { type LimitedApp, startLimited } from './app';

const started = jest.fn();

@Controller()
class WaitingController {
  constructor(private readonly limiter: RateLimiter) {}

  @Get('wait')
  async wait(): Promise<unknown> {
    started();
    return this.limiter.wait('hourly', 'api').catch((error: unknown) => ({ code: (error as { code: string }).code }));
  }
}

describe.each(adapters)('when an app on %s closes', (adapter) => {
  let app: LimitedApp;

  beforeEach(async () => {
    started.mockClear();
    const policies = { hourly: { limit: 1, per: '1h' } };
    app = await startLimited({ adapter, controllers: [WaitingController], options: { policies } });
    await app.limiter.consume('hourly', 'api');
  });

  it('whoever waits is told so, whatever their place in the line', async () => {
    const waits = [app.limiter.wait('hourly', 'api'), app.limiter.wait('hourly', 'api')];
    const settled = Promise.allSettled(waits);
    await app.close();
    const reason = expect.objectContaining({ code: 'STORE_UNAVAILABLE', mayHaveExecuted: false });
    expect(await settled).toEqual([
      { status: 'rejected', reason },
      { status: 'rejected', reason },
    ]);
  });

  it('requests that wait do not hold it up', async () => {
    const isWaiting = new Promise<void>((resolve) => started.mockImplementationOnce(resolve));
    const response = app.client().get('/wait');
    await isWaiting;
    await app.close();
    expect((await response).body).toEqual({ code: 'STORE_UNAVAILABLE' });
  });

  it('nobody begins to wait any more', async () => {
    await app.close();
    expect(await app.limiter.wait('hourly', 'other')).toMatchObject({ allowed: true });
    await expect(app.limiter.wait('hourly', 'other')).rejects.toThrow('the application shuts down');
  });
});
