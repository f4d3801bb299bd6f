import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { root } from './kustomize';

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(root, '.github', 'workflows');
const text = (file: string) => readFileSync(join(folder, file), 'utf8');
const read = (file: string) => parse(text(file)) as Workflow;

describe.each(readdirSync(folder))('%s', (file) => {
  const { permissions, jobs } = read(file);

  test('may only read, unless a job says what more it needs', () => {
    expect(permissions).toEqual({ contents: 'read' });
  });

  test('uses actions by their commit, with the version beside it, and ends some time', () => {
    for (const { steps, 'timeout-minutes': minutes } of Object.values(jobs)) {
      expect(minutes).toBeGreaterThan(0);
      for (const { uses } of steps) {
        if (uses === undefined) continue;
        expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
        expect(text(file)).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+\\n`));
      }
    }
  });

  test('puts nothing that others write into a script', () => {
    for (const { steps } of Object.values(jobs)) {
      expect(steps.filter(({ run = '' }) => run.includes('${{'))).toEqual([]);
    }
  });

  test('runs the same npm test as everybody', () => {
    const tests = Object.values(jobs).flatMap(({ steps }) =>
      steps.flatMap(({ run }) => run?.match(/^npm (?:run )?test\S*/) ?? []),
    );
    expect(tests.filter((run) => run === 'npm test')).toHaveLength(1);
    expect(tests.every((run) => run === 'npm test' || run === 'npm run test:full')).toBe(true);
  });
});

test('every supported Node.js meets every supported server', () => {
  const { matrix } = read('ci.yml').jobs['test']!.strategy!;
  expect(matrix['node']).toEqual(['20', '22', '24']);
  expect(matrix['server']!.map((image) => image.replace(/^.*\/|\.\d+$/g, ''))).toEqual([
    'redis:6',
    'redis:7',
    'redis:8',
    'valkey:8',
  ]);
});

test('a release proves where it comes from, and only its job may write', () => {
  expect(read('release.yml').jobs['release']!.permissions).toEqual({
    contents: 'write',
    'pull-requests': 'write',
    'id-token': 'write',
  });
  expect(text('release.yml')).toContain("NPM_CONFIG_PROVENANCE: 'true'");
});

describe('what the workflows run', () => {
  const directory = mkdtempSync(join(tmpdir(), 'floodgate-workflows-'));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });
  const run = (tool: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    execFileSync(process.execPath, [join(root, 'tools', tool), ...args], { cwd: directory, env, stdio: 'pipe' });

  test('a package that is published names the repository of the workflow', () => {
    const file = 'libs/rate-limit/package.json';
    mkdirSync(join(directory, dirname(file)), { recursive: true });
    writeFileSync(join(directory, file), readFileSync(join(root, file)));
    expect(() => run('name-repository.mjs', [file])).toThrow(/this runs in the release workflow/);
    run('name-repository.mjs', [file], { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'some/one' });
    expect(JSON.parse(readFileSync(join(directory, file), 'utf8'))).toEqual({
      ...(JSON.parse(readFileSync(join(root, file), 'utf8')) as object),
      repository: { type: 'git', url: 'git+https://github.com/some/one.git', directory: 'libs/rate-limit' },
      homepage: 'https://github.com/some/one#readme',
      bugs: { url: 'https://github.com/some/one/issues' },
    });
  });

  test('the server of an image runs with the libraries of that image', () => {
    run('server-from-root.mjs', ['/', 'server']);
    const version = (program: string) => execFileSync(program, ['--version'], { encoding: 'utf8' });
    for (const program of ['redis-server', 'redis-cli']) {
      const made = join(directory, 'server', program);
      expect(readFileSync(made, 'utf8')).toMatch(/^#!\/bin\/sh\nexec '\/\S+\/ld-linux\S+' .* "\$@"\n$/);
      expect(version(made)).toBe(version(program));
    }
  });
});
