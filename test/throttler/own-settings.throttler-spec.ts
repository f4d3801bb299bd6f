import { Injectable, Logger } from '@nestjs/common';
import { ThrottlerStorageService } from '@nestjs/throttler';
import { Client } from '../support/client';
import { startApp } from '../support/apps';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { stockApp } from './stock-app';
import { VariantApps } from './variant-apps';
import { variants } from './variants';

let server: RedisServer;

beforeAll(async () => {
  Logger.overrideLogger(['error']);
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});

describe.each(variants)('$label', (variant) => {
  const apps = new VariantApps(variant, 'express', () => server);

  afterEach(() => apps.close());

  test('a subclass sets throttlers and options when it likes, and has properties of any name', async () => {
    let setLimit: (limit: number) => void;

    @Injectable()
    class SetsItself extends variant.Guard {
      limit = 3;
      plan = 'a property of its own';
      headers = this.plan;

      override async onModuleInit(): Promise<void> {
        await super.onModuleInit();
        this.setLimit(this.limit);
        this.commonOptions.generateKey = (_context, _tracker, name) => `one bucket of ${name} for all`;
        // Nest does not hand out a global guard.
        setLimit = this.setLimit.bind(this);
      }

      setLimit(limit: number): void {
        this.throttlers = [{ name: 'own', ttl: 10_000, limit }];
      }
    }
    const client = await apps.start(undefined, SetsItself);
    const told = async (path: string) => {
      const { headers } = await client.get(path);
      return [headers['x-ratelimit-limit-own'], headers['x-ratelimit-remaining-own']];
    };
    expect(await told('/plain')).toEqual(['3', '2']);
    expect(await told('/strict')).toEqual(['3', '1']);
    setLimit!(9);
    expect(await told('/plain')).toEqual(['9', '6']);
  });

  test('a storage of the options is asked, whichever it is', async () => {
    const storage = new ThrottlerStorageService();
    const options = { throttlers: [{ ttl: 10_000, limit: 2 }], storage };
    const app = await startApp(stockApp({ guard: variant.Guard, options }), 'express', { logger: ['fatal'] });
    const { status } = await new Client(app.url).get('/plain');
    expect([status, storage.storage.size]).toEqual([200, 1]);
    await app.close();
  });
});
