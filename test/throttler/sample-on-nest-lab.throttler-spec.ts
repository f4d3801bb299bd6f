import { Logger, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import { RateLimitGuard, RateLimitModule } from 'nest-floodgate';
import { readConfig } from '../../apps/sample/src/config';
import { BurstController } from '../../apps/sample/src/demos/burst.controller';
import { ChatController } from '../../apps/sample/src/demos/chat.controller';
import { ReportsController } from '../../apps/sample/src/demos/reports.controller';
import { onNestLab } from '../../apps/sample/src/nest-lab-store';
import { policiesOf } from '../../apps/sample/src/policies';
import { type RunningApp, startApp } from '../support/apps';
import { Client, tally, times } from '../support/client';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';

let server: RedisServer;
let running: RunningApp;
let client: Client;

beforeAll(async () => {
  Logger.overrideLogger(false);
  server = await startRedis();
  const config = readConfig({ RATE_LIMIT_STORE: 'nest-lab', REDIS_URL: server.url });
  @Module({
    imports: [
      RateLimitModule.forRoot({
        ...onNestLab(config.nestLabUrl as string, policiesOf(config)),
        everyRoute: ['requests'],
      }),
    ],
    controllers: [BurstController, ChatController, ReportsController],
    providers: [
      { provide: APP_GUARD, useClass: RateLimitGuard },
      { provide: APP_PIPE, useClass: StandardSchemaValidationPipe },
    ],
  })
  class AppModule {}
  running = await startApp(AppModule, 'express', { logger: false });
  client = new Client(running.url);
});
afterAll(async () => {
  await running.close();
  await server.stop();
});

test('the policies of the sample are limited by the storage of nest-lab, as windows', async () => {
  // Twelve in a minute, of which the token bucket would hold back two.
  expect(tally(await times(14, () => client.get('/api/burst')))).toEqual({ 200: 12, 429: 2 });
  expect(await server.cli('keys', '*:hits')).not.toBe('');
});

test('a report counts as one request, whatever it costs elsewhere', async () => {
  expect(tally(await times(25, () => client.get('/api/reports?months=12')))).toEqual({ 200: 24, 429: 1 });
});

test('it needs a Redis, and no other store has a name', () => {
  expect(() => readConfig({ RATE_LIMIT_STORE: 'nest-lab' })).toThrow('Set REDIS_URL, too');
  expect(() => readConfig({ RATE_LIMIT_STORE: 'redis' })).toThrow('Write one of: nest-lab.');
  expect(readConfig({ REDIS_URL: server.url })).not.toHaveProperty('nestLabUrl');
});
