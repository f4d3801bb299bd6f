import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
    expect(Object.values(jobs).map(({ steps }) => steps.filter(({ run }) => run === 'npm test').length)).toEqual([1]);
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
