import type { RateLimiter } from 'nest-floodgate';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { startLimited } from '../../e2e/rate-limit/app';
import { until } from '../../support/load-until';
import { type RedisServer, startRedis } from '../../support/redis/index.mjs';

jest.setTimeout(60_000);

const LIMIT = 2_000;
const MOST_CALLS = 50;
/** Longer than a busy machine keeps a process waiting, so that nothing but the kill makes a lease come back too late. */
const LIFE_MS = 10_000;
const POLICIES = {
  calls: {
    limit: LIMIT,
    // Long: a run does not see two windows.
    per: '365d',
    algorithm: 'fixed-window',
    lease: { maxMs: LIFE_MS, maxCalls: MOST_CALLS },
  },
} as const;
const KEY = '192.0.2.1';

/** An instance in a process of its own, which makes calls until it is killed. */
class Leaser {
  errors = '';
  private output = '';
  private readonly child: ChildProcess;

  constructor(url: string) {
    const args = [join(__dirname, 'leasing-process.mjs'), url, JSON.stringify(POLICIES), 'calls', KEY];
    this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child.stdout!.on('data', (data) => (this.output += String(data)));
    this.child.stderr!.on('data', (data) => (this.errors += String(data)));
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Where each call that passed was decided. */
  get passed(): readonly string[] {
    return this.output.split('\n').slice(0, -1);
  }

  /** Resolves when all that it wrote is read. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }
}

let server: RedisServer;
let leaser: Leaser;

beforeEach(async () => {
  server = await startRedis();
  leaser = new Leaser(server.url);
});
afterEach(async () => {
  await leaser.kill();
  await server.stop();
});

/** How many of some calls pass. */
async function call(limiter: RateLimiter, times: number): Promise<number> {
  let passed = 0;
  for (let i = 0; i < times; i++) {
    if ((await limiter.consume('calls', KEY)).allowed) passed++;
    await turn();
  }
  return passed;
}

test.each([300, 900])('an instance killed after %s calls takes with it what it holds, and no more', async (calls) => {
  const store = { type: 'redis', url: server.url, deadlineMs: 5_000, failBootWithoutStore: true } as const;
  const { limiter } = await startLimited({ options: { store, policies: POLICIES } });
  await until('it to make calls', () => leaser.passed.length > 0 || leaser.hasEnded);
  let passed = await call(limiter, 100);
  expect(passed).toBe(100);
  await until('more of its calls', () => leaser.passed.length >= calls || leaser.hasEnded);
  expect(leaser).toMatchObject({ errors: '', hasEnded: false });
  await leaser.kill();
  const killed = leaser.passed;
  expect(killed.filter((source) => source === 'lease').length).toBeGreaterThan(killed.length / 2);

  await until('the limit to be used up', async () => {
    const more = await call(limiter, 100);
    passed += more;
    return more === 0 || passed > LIMIT;
  });
  const lost = LIMIT - killed.length - passed;
  expect(lost).toBeGreaterThanOrEqual(0);
  // A lease, and the next, for which it asks before that is spent.
  expect(lost).toBeLessThanOrEqual(2 * MOST_CALLS);
});
