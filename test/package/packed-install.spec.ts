import { execute, install, start, stop } from './installed';

jest.setTimeout(180_000);

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
