import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, type INestApplication, Logger } from '@nestjs/common';
import { MemoryStore, RateLimit, type RateLimitStore } from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { startLimited } from './app';

@Controller()
class SlowController {
  @Get('slow')
  @RateLimit('few')
  slow(): string {
    return 'done';
  }
}

/** Answers when a test lets it. */
class LateStore implements RateLimitStore {
  readonly source = 'redis';
  readonly answers: (() => void)[] = [];
  private readonly memory = new MemoryStore({});

  async consume(...asked: Parameters<RateLimitStore['consume']>): Promise<ReturnType<MemoryStore['consume']>> {
    await new Promise<void>((answer) => this.answers.push(answer));
    return this.memory.consume(...asked);
  }
  consumeUpTo = this.memory.consumeUpTo.bind(this.memory);
  peek = this.memory.peek.bind(this.memory);
  refund = this.memory.refund.bind(this.memory);
  reset = this.memory.reset.bind(this.memory);
}

test.each(adapters)('a refusal that comes after %s has answered breaks nothing', async (adapter) => {
  const errors: unknown[] = [];
  const error = (...line: unknown[]): number => errors.push(line);
  const store = new LateStore();
  const app = await startLimited({
    adapter,
    controllers: [SlowController],
    options: { store, policies: { few: { limit: 0, per: '1m' } } },
    // As a middleware does that lets no request take longer than a time.
    configure: (one: INestApplication) => {
      one.use((_request: unknown, response: { statusCode: number; end(): void }, next: () => void) => {
        setTimeout(() => {
          response.statusCode = 504;
          response.end();
        }, 20);
        next();
      });
    },
  });
  Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error });
  expect((await app.client().get('/slow')).status).toBe(504);
  for (const answer of store.answers) answer();
  await sleep(50);
  expect(errors).toEqual([]);
  Logger.overrideLogger(false);
});
