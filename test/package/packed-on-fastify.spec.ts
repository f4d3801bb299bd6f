import type { ChildProcess } from 'node:child_process';
import { READER_STATUSES } from '../admin/reader-statuses';
import { expectApi } from '../admin/statuses-of';
import { install, start, stop } from './installed';

jest.setTimeout(180_000);

const READER = { authorization: 'Bearer a-token-that-may-only-read-and-is-long-enough' };

let app: ChildProcess | undefined;
let url: string;

beforeAll(async () => {
  ({ app, url } = await start(await install('nest11-fastify')));
});
afterAll(async () => {
  if (app !== undefined) await stop(app);
});

/** Asks as a client of its own, so that tests do not count together. */
async function ask(client: string, path: string, method = 'GET'): Promise<Response> {
  return fetch(`${url}/${path}`, { method, headers: { 'x-forwarded-for': client } });
}

async function statuses(client: string, paths: readonly string[], method?: string): Promise<number[]> {
  const found: number[] = [];
  for (const path of paths) found.push((await ask(client, path, method)).status);
  return found;
}

describe('with everything on, a Nest 11 application on Fastify', () => {
  test('limits handlers of one method and of all, and what no handler matches', async () => {
    expect(await statuses('192.0.2.1', ['', 'any', '', 'any'])).toEqual([200, 200, 200, 429]);
    expect(await statuses('192.0.2.2', ['any', 'any', 'any', 'any'], 'PUT')).toEqual([200, 200, 200, 429]);
    expect(await statuses('192.0.2.3', ['none', 'nope', 'any/', ''])).toEqual([404, 404, 429, 200]);
    const refused = await ask('192.0.2.3', 'none');
    expect(refused.headers.get('RateLimit-Policy')).toMatch(/^"unmatched";q=2;w=60/);
    expect(refused.headers.get('Content-Type')).toMatch(/^application\/problem\+json/);
  });

  test('answers each address of the admin API by every method, with a slash behind as well', async () => {
    await expectApi(url, READER, (method, path) => READER_STATUSES[`${method} ${path}`] ?? 405);
    const patched = await fetch(`${url}/_rate-limit/api/overrides/x/`, {
      method: 'PATCH',
      headers: { ...READER, 'x-ratelimit-admin': '1', 'content-type': 'application/json' },
      body: '{}',
    });
    expect([patched.status, patched.headers.get('Allow')]).toEqual([405, 'GET, PUT, DELETE']);
  });

  test('serves the admin page and its files', async () => {
    for (const address of ['_rate-limit', '_rate-limit/']) {
      const page = await ask('192.0.2.5', address);
      expect([page.status, page.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=utf-8']);
      const [file = 'none'] = /assets\/[\w.-]+\.js/.exec(await page.text()) ?? [];
      expect(await statuses('192.0.2.5', [`_rate-limit/${file}`, `_rate-limit/${file}/`])).toEqual([200, 200]);
    }
  });

  test('answers probes and shows metrics', async () => {
    const probes = ['livez', 'readyz', 'startupz', 'health', 'api/health/rate-limiter'];
    expect(await statuses('192.0.2.6', probes)).toEqual(probes.map(() => 200));
    const metrics = await ask('192.0.2.6', 'metrics');
    expect(metrics.headers.get('Content-Type')).toMatch(/^text\/plain; version=/);
    expect(await metrics.text()).toContain('policy="default"');
  });

  test('throttles as @nestjs/throttler does', async () => {
    expect(await statuses('192.0.2.7', ['throttled', 'throttled'])).toEqual([200, 429]);
  });
});
