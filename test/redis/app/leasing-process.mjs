// An instance that calls for one key, one call after another, until it is killed. Arguments: the URL of Redis, policies as
// JSON, the policy and the key. It writes a line a call that passes, with the source of the decision, before the next call.
import { NestFactory } from '@nestjs/core';
import { RateLimiter, RateLimitModule } from 'nest-floodgate';
import { writeSync } from 'node:fs';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';

const [url, policies, policy, key] = process.argv.slice(2);
const store = { type: 'redis', url, deadlineMs: 5_000, failBootWithoutStore: true };
const module = RateLimitModule.forRoot({ store, policies: JSON.parse(policies) });
const limiter = (await NestFactory.createApplicationContext(module, { logger: ['error'] })).get(RateLimiter);

for (let calls = 1; ; calls++) {
  const { allowed, source } = await limiter.consume(policy, key);
  if (allowed) writeSync(process.stdout.fd, `${source}\n`);
  await (calls % 10 === 0 ? pause(1) : turn());
}
