import { NestFactory } from '@nestjs/core';
import { RateLimiter, RateLimitModule } from 'nest-floodgate';
import { until } from '../../support/load-until';
import { startCluster } from '../../support/redis/index.mjs';

jest.setTimeout(30_000);

test('one node of a cluster, taken for a single Redis, makes one line in the log that says what to do', async () => {
  const cluster = await startCluster({ masters: 2 });
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const store = { type: 'redis', url: cluster.nodes[0]!.url, deadlineMs: 5_000 } as const;
  const policies = { calls: { limit: 10, per: '1m' } };
  const root = RateLimitModule.forRoot({ store, policies, logger: { warn: say, error: say } });
  const quiet: Readonly<NonNullable<Parameters<typeof NestFactory.createApplicationContext>[1]>> = {
    logger: false,
    abortOnError: false,
  };
  const app = await NestFactory.createApplicationContext(root, quiet);
  try {
    const limiter = app.get(RateLimiter);
    const sources = new Set<string>();
    let clients = 0;
    const consume = async () => {
      sources.add((await limiter.consume('calls', `client ${String(++clients)}`)).source);
    };
    const told = () => lines.filter((line) => line.includes('does not decide'));
    await until('a line', async () => {
      await consume();
      return told().length > 0;
    });
    for (let i = 0; i < 200; i++) await consume();
    expect(told()).toEqual([expect.stringMatching(/^\[Redis\] .*MOVED.*It is a cluster: list its nodes/)]);
    // Those whose slot the node has are decided by it.
    expect(sources).toEqual(new Set(['redis', 'fallback']));
  } finally {
    await app.close();
    await cluster.stop();
  }
});
