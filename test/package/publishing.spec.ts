import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const tarball = process.env['FLOODGATE_TARBALL']!;

/** Runs a command and returns what it prints; a command that fails throws with its output. */
function output(command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`, { cause: error });
  }
}

const tool = (name: string, ...args: string[]) => output(join(root, 'node_modules/.bin', name), args);

jest.setTimeout(60_000);

test('publint finds nothing to say about the package', () => {
  expect(tool('publint', 'run', tarball, '--strict')).toContain('All good!');
});

test('the types resolve for every kind of module resolution', () => {
  expect(tool('attw', tarball)).toContain('No problems found');
});

test('an application under the strictest checks names every type that it meets, and passes on options as they are', () => {
  expect(tool('tsc', '-p', join(__dirname, 'fixtures/strict-types'))).toBe('');
});

describe('the tarball', () => {
  const files = output('tar', ['-tzf', tarball])
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''));

  test('holds the build, the manifest, the licence and the README, and nothing else', () => {
    const isBuilt = /^dist\/(?:.+\.(?:js|js\.map|d\.ts)|admin-ui\/.+\.(?:js|css|html)(?:\.br|\.gz)?)$/;
    const others = files.filter((file) => !isBuilt.test(file));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files).toContain('dist/admin-ui/index.html.br');
  });

  test('holds no specs', () => {
    expect(files.filter((file) => file.includes('.spec.'))).toEqual([]);
  });

  test('holds what every entry point names', () => {
    const manifest = readFileSync(join(root, 'libs/rate-limit/package.json'), 'utf8');
    const named = Array.from(manifest.matchAll(/"\.\/(dist\/[^"]+)"/g), ([, file]) => file);
    expect(named).not.toEqual([]);
    expect(files).toEqual(expect.arrayContaining(named));
  });

  test('carries the sources inside its source maps, because it has no src folder', () => {
    const map = JSON.parse(output('tar', ['-xOzf', tarball, 'package/dist/index.js.map'])) as Record<string, unknown>;
    expect(map['sourcesContent']).toEqual([expect.any(String)]);
  });

  test('has the same licence as the workspace', () => {
    const licence = output('tar', ['-xOzf', tarball, 'package/LICENSE']);
    expect(licence).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
  });
});
