import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const tarball = process.env['FLOODGATE_TARBALL']!;
const execute = promisify(execFile);

jest.setTimeout(180_000);

/** Copies a fixture beside the tarball and installs it as its reader would: `npm install` and nothing more. */
async function install(fixture: string): Promise<string> {
  const folder = join(process.env['FLOODGATE_PACKAGE_FOLDER']!, fixture);
  cpSync(join(__dirname, 'fixtures', fixture), folder, { recursive: true });
  await execute('npm', ['install', tarball], { cwd: folder });
  return folder;
}

/** Starts an application and waits for the address that it prints. */
async function start(folder: string): Promise<{ app: ChildProcess; url: string }> {
  const app = spawn(process.execPath, ['main.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  app.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  for await (const line of createInterface({ input: app.stdout })) {
    const [, url] = /^listening on (.+)$/.exec(line) ?? [];
    if (url !== undefined) return { app, url };
  }
  throw new Error(`The application ended before it listened:\n${complaints}`);
}

async function stop(app: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => app.once('exit', resolve));
  app.kill();
  await ended;
}

const folders = new Map<string, string>();

beforeAll(async () => {
  const fixtures = ['nest12-esm', 'nest11-commonjs', 'nest11-jest'];
  await Promise.all(fixtures.map(async (fixture) => folders.set(fixture, await install(fixture))));
});

describe.each([
  ['a Nest 12 application of ES modules', 'nest12-esm'],
  ['a Nest 11 application in CommonJS', 'nest11-commonjs'],
])('%s', (_title, fixture) => {
  test('limits real requests with the packed library', async () => {
    const { app, url } = await start(folders.get(fixture)!);
    try {
      for (let request = 1; request <= 3; request++) {
        const admitted = await fetch(url);
        expect(admitted.status).toBe(200);
        await expect(admitted.text()).resolves.toBe('hello');
      }
      const refused = await fetch(url);
      expect(refused.status).toBe(429);
      expect(refused.headers.get('RateLimit')).toMatch(/^"default";r=0;t=\d+/);
      expect(refused.headers.get('RateLimit-Policy')).toMatch(/^"default";q=3;w=60/);
      expect(refused.headers.get('Retry-After')).toMatch(/^[1-9]\d*$/);
      expect(refused.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
      await expect(refused.json()).resolves.toMatchObject({ status: 429 });
    } finally {
      await stop(app);
    }
  });
});

test('a Nest 11 application passes its tests in plain Jest', async () => {
  // Jest reports on stderr; a failing run throws with it.
  const { stderr } = await execute('npm', ['test'], { cwd: folders.get('nest11-jest')! });
  expect(stderr).toMatch(/Tests: +2 passed, 2 total/);
});
