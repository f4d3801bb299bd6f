import { Test } from '@nestjs/testing';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { MemoryStore, type PolicyOptions, RateLimiter, type RateLimitContext, RateLimitModule } from 'nest-floodgate';
import { FakeClock } from 'nest-floodgate/testing';

const root = resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const LUA = 'libs/rate-limit/src/stores/redis/lua';

jest.setTimeout(60_000);

describe('check-docs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-docs-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const checkDocs = (...files: string[]) =>
    spawnSync(process.execPath, ['tools/check-docs.mjs', ...files], { cwd: root, encoding: 'utf8' });

  test('finds that every example compiles and every link leads somewhere', () => {
    const { stdout, stderr } = checkDocs();
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^\d+ documents, [1-9]\d* examples, 0 wrong\n$/);
  });

  test('names the line of whatever does not', () => {
    const file = join(folder, 'wrong.md');
    const lines = [
      '# Wrong',
      '[here](#wrong) [there](nowhere.md) [anchor](#nothing)',
      '```ts',
      "import { MemoryStore } from 'nest-floodgate';",
      "new MemoryStore({ maxKeys: 'many' });",
      '```',
      '```ts fragment',
      "const decision = await limiter.consume('search', userId);",
      'decision.verdict;',
      '```',
    ];
    writeFileSync(file, lines.join('\n'));
    const { stdout, stderr, status } = checkDocs(file);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.slice(line.indexOf('wrong.md'))),
    ).toEqual([
      'wrong.md:2: the link nowhere.md leads nowhere',
      'wrong.md:2: the link #nothing leads nowhere',
      expect.stringMatching(/^wrong\.md:5: Type 'string' is not assignable/),
      expect.stringMatching(/^wrong\.md:9: Property 'verdict' does not exist/),
    ]);
    expect(stdout).toBe('1 documents, 2 examples, 4 wrong\n');
    expect(status).toBe(1);
  });
});

describe('what the documents promise to name', () => {
  const headings = (file: string) => Array.from(read(file).matchAll(/^#+ +(.*)$/gm), ([, text]) => text);
  /** What the first cell of a row names, in a table of options, variables or words. */
  const rowsOf = (file: string) =>
    Array.from(read(file).matchAll(/^\| ((?:`\w+`(?:, )?)+) /gm), ([, cell]) => cell!.match(/\w+/g)!).flat();
  const named = (file: string, list: RegExp) =>
    Array.from(list.exec(read(`libs/rate-limit/src/${file}`))![1]!.matchAll(/'([^']+)'/g), ([, name]) => name!);

  test('docs/errors.md has a heading for each error code', () => {
    const codes = named('core/errors.ts', /type FloodgateErrorCode =([^;]+);/);
    expect(headings('docs/errors.md')).toEqual(expect.arrayContaining(codes.map((code) => `\`${code}\``)));
  });

  test.each([
    ['of the module', 'nest/rate-limit.options.ts', /MODULE_OPTIONS = \[([^\]]+)\]/],
    ['of a policy', 'core/compile-policy.ts', /POLICY_OPTIONS = \[([^\]]+)\]/],
    ['of the Redis store', 'stores/redis/redis-options.ts', /REDIS_STORE_OPTIONS = \[([^\]]+)\]/],
  ])('docs/configuration.md has a row for each option %s', (_, file, list) => {
    expect(rowsOf('docs/configuration.md')).toEqual(expect.arrayContaining(named(file, list)));
  });

  test('docs/configuration.md and .env.example have each variable that is read', () => {
    const variables = Array.from(
      read('libs/rate-limit/src/environment/variables.ts').matchAll(/^ {2}([A-Z_]+):/gm),
      ([, name]) => name!,
    );
    expect(variables.length).toBeGreaterThan(20);
    expect(rowsOf('docs/configuration.md')).toEqual(expect.arrayContaining(variables));
    const examples = Array.from(read('.env.example').matchAll(/^([A-Z_]+)=/gm), ([, name]) => name);
    expect(examples).toEqual(expect.arrayContaining(variables));
  });

  test('docs/configuration.md and .env.example have each variable that the sample reads', () => {
    const [, schema = ''] = /const environment = z\n {2}\.object\(\{\n([^]*?)\n {2}\}\)/.exec(
      read('apps/sample/src/config.ts'),
    )!;
    const variables = Array.from(schema.matchAll(/^ {4}([A-Z_]+):/gm), ([, name]) => name!);
    expect(variables.length).toBeGreaterThan(10);
    expect(rowsOf('docs/configuration.md')).toEqual(expect.arrayContaining(variables));
    expect(read('.env.example').match(/^\w+(?==)/gm)).toEqual(expect.arrayContaining(variables));
  });

  test('docs/errors.md has a row for each reply by which Redis refuses a call', () => {
    const file = read('libs/rate-limit/src/stores/redis/redis-store-errors.ts');
    const replies = Array.from(file.matchAll(/^ {2}([A-Z]+): \{ weight/gm), ([, name]) => name);
    expect(replies.length).toBeGreaterThan(10);
    expect(rowsOf('docs/errors.md')).toEqual(expect.arrayContaining(replies));
  });

  test('the ACL line of docs/redis.md grants every command that decisions, throttlers and the control plane need', () => {
    const parts = readdirSync(join(root, LUA));
    const ofControl = ['redis-scripts.ts', 'recording-scripts.ts'].map((name) => `libs/rate-limit/src/control/${name}`);
    const scripts = [...parts.map((name) => `${LUA}/${name}`), ...ofControl].map(read).join('\n');
    const commands = Array.from(scripts.matchAll(/\bcall\('(\w+)'/g), ([, name]) => `+${name!.toLowerCase()}`);
    expect(commands.length).toBeGreaterThan(4);
    const [line = ''] = /^ACL SETUSER .*$/m.exec(read('docs/redis.md')) ?? [];
    expect(line.split(' ')).toEqual(expect.arrayContaining(commands));
  });
});

test('the files that docs/architecture.md names are there', () => {
  const names = Array.from(read('docs/architecture.md').matchAll(/`((?:core|engine|stores|http|nest)\/[^`]+\.ts)`/g));
  const missing = names.filter(([, file]) => !existsSync(join(root, 'libs/rate-limit/src', file!)));
  expect(names.length).toBeGreaterThan(10);
  expect(missing).toEqual([]);
});

interface Step {
  readonly time: string;
  readonly cost: number;
  readonly answer: string;
  readonly remaining: number;
  readonly retryAfterMs: number;
}

/** A line `Policy:` and the table below it. */
const TIMELINE = /^Policy: `(.+)`\n\n\| time .*\n\| -.*\n((?:\|.*\n)+)/gm;

const timelines = Array.from(read('docs/algorithms.md').matchAll(TIMELINE), ([, policy, rows]) => ({
  policy: policy!,
  steps: rows!.trim().split('\n').map(stepOf),
}));

function stepOf(row: string): Step {
  const [time, cost, answer, remaining, retryAfter] = row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
  const retryAfterMs = retryAfter === '' ? 0 : retryAfter === 'never' ? Infinity : msOf(retryAfter!);
  return { time: time!, cost: Number(cost), answer: answer!, remaining: Number(remaining), retryAfterMs };
}

function msOf(length: string): number {
  const [, amount, unit] = /^([\d.]+) (s|h)$/.exec(length)!;
  return Math.round(Number(amount) * (unit === 'h' ? 3_600_000 : 1000));
}

async function play(policy: string, steps: readonly Step[]): Promise<Step[]> {
  const clock = new FakeClock();
  const options = runInNewContext(`(${policy})`) as PolicyOptions<RateLimitContext>;
  const module = RateLimitModule.forRoot({ store: new MemoryStore({ clock }), policies: { shown: { ...options } } });
  const app = await Test.createTestingModule({ imports: [module] }).compile();
  const limiter = app.get(RateLimiter);
  const played: Step[] = [];
  for (const { time, cost } of steps) {
    clock.set(time.endsWith('Z') ? new Date(time) : new Date(Date.UTC(2026, 0, 1) + msOf(time)));
    const { outcome, remaining, retryAfterMs } = await limiter.consume('shown', 'somebody', { cost });
    played.push({ time, cost, answer: outcome, remaining, retryAfterMs });
  }
  await app.close();
  return played;
}

describe('the timelines of docs/algorithms.md', () => {
  test('are all found', () => {
    expect(timelines).toHaveLength(read('docs/algorithms.md').match(/^\| time /gm)!.length);
  });

  test.each(timelines)('$policy', async ({ policy, steps }) => {
    expect(await play(policy, steps)).toEqual(steps);
  });
});
