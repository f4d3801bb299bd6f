import { ConsoleLogger, Controller, Get, Logger } from '@nestjs/common';
import { type Decision, RateLimitContext, type RateLimitModuleOptions } from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { type LimitedApp, MemoryLog, startLimited, statuses } from './app';

@Controller()
class RootController {
  @Get()
  root(): void {}
}

const options: RateLimitModuleOptions = {
  policies: { default: { limit: 1, per: '1m' } },
  everyRoute: ['default'],
};
const failing: RateLimitModuleOptions = {
  policies: {
    default: {
      limit: 100,
      per: '1m',
      cost: () => {
        throw new Error('no cost');
      },
    },
  },
  everyRoute: ['default'],
};

describe.each(adapters)('onLimited on %s', (adapter) => {
  const start = (onLimited: RateLimitModuleOptions['onLimited']): Promise<LimitedApp> =>
    startLimited({ adapter, controllers: [RootController], options: { ...options, onLimited: onLimited! } });

  it('is called with the decision and the context of every request that is refused, and of no other', async () => {
    const calls: [Decision, RateLimitContext][] = [];
    const app = await start((...call) => calls.push(call));
    const client = app.client();
    expect(await statuses(client, '/', 3)).toEqual([200, 429, 429]);
    expect(calls).toHaveLength(2);
    const [decision, context] = calls[0]!;
    expect(decision).toMatchObject({ allowed: false, outcome: 'denied', policy: 'default', limit: 1, remaining: 0 });
    expect(decision.retryAfterMs).toBeGreaterThan(0);
    expect(context).toBeInstanceOf(RateLimitContext);
    expect(context).toMatchObject({ clientAddress: client.address, request: { url: '/', method: 'GET' } });
    expect(context.execution?.getClass()).toBe(RootController);
    expect(context.execution?.getHandler()).toBe(RootController.prototype.root);
  });

  it.each<[string, () => void]>([
    [
      'throws',
      () => {
        throw new Error('no pager');
      },
    ],
    ['is async and rejects', () => Promise.reject(new Error('no pager')) as never],
    [
      'returns a query that rejects',
      () => ({ then: (_: unknown, reject: (error: Error) => unknown) => reject(new Error('no pager')) }) as never,
    ],
  ])('is logged, and the request refused all the same, where it %s', async (_title, onLimited) => {
    const app = await start(onLimited);
    expect(await statuses(app.client(), '/', 4)).toEqual([200, 429, 429, 429]);
    expect(app.log.errors).toEqual(['onLimited failed: no pager. The request is refused all the same.']);
  });
});

describe('what goes wrong while requests are answered', () => {
  it('is told to the logger of the options, once a minute however many requests there are', async () => {
    const logger = new MemoryLog();
    const app = await startLimited({ controllers: [RootController], options: { ...failing, logger } });
    expect(await statuses(app.client(), '/', 5)).toEqual([200, 200, 200, 200, 200]);
    expect(logger.errors).toEqual(['The cost function of policy "default" failed: no cost. The request costs 1.']);
  });

  it('is told to Nest’s logger without one', async () => {
    const error = jest.fn();
    class QuietLogger extends ConsoleLogger {
      override error = error;
    }
    Logger.overrideLogger(new QuietLogger({ logLevels: ['error'] }));
    try {
      const app = await startLimited({
        controllers: [RootController],
        options: { ...failing, logger: undefined },
        configure: (nest) => {
          nest.useLogger(new QuietLogger({ logLevels: ['error'] }));
        },
      });
      await app.client().get('/');
    } finally {
      Logger.overrideLogger(false);
    }
    expect(error).toHaveBeenCalledTimes(1);
    expect(error).toHaveBeenCalledWith(
      'The cost function of policy "default" failed: no cost. The request costs 1.',
      undefined,
      'RateLimitModule',
    );
  });
});
