import { Controller, Get, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { byHeader, RateLimit, RateLimitGuard, RateLimitModule, type RateLimitModuleOptions } from 'nest-floodgate';
import { ADMIN_HEADER, RateLimitAdminModule, type RateLimitAdminOptions } from 'nest-floodgate/admin';
import { type AdapterName, type RunningApp, startApp } from '../support/apps';

export const TOKEN = 'a-token-for-tests-of-more-than-32-characters';
export const HOUR_MS = 3_600_000;

@Controller()
class Shop {
  @RateLimit('search')
  @Get('search')
  search(): string {
    return 'found';
  }

  @RateLimit('login')
  @Get('login')
  login(): string {
    return 'in';
  }
}

export const POLICIES: NonNullable<RateLimitModuleOptions['policies']> = {
  search: { limit: 5, per: '1m', key: byHeader('x-user') },
  login: { limit: 2, per: '1m', ban: { after: 4, within: '1m', for: '10m' } },
};

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface AdminApp extends RunningApp {
  /** A request to the admin API by somebody who may do everything. */
  ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    version?: number,
  ): Promise<Answer<Body>>;
  /** What a client gets: its status, and the fields about limits. */
  visit(path: string, user?: string, address?: string): Promise<Answer<unknown>>;
}

interface Setup {
  readonly adapter?: AdapterName;
  readonly options?: RateLimitModuleOptions;
}

const started: RunningApp[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.close()));
});

/** An app with two policies and the admin API, which is closed after the test. */
export async function startAdmin(
  { adapter = 'express', options }: Setup = {},
  admin: RateLimitAdminOptions = { token: TOKEN },
): Promise<AdminApp> {
  const logger = { warn: () => undefined, error: () => undefined };
  @Module({
    imports: [
      RateLimitModule.forRoot({ policies: POLICIES, trustedProxies: 'loopback', logger, ...options }),
      RateLimitAdminModule.forRoot(admin),
    ],
    controllers: [Shop],
    providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
  })
  class TestModule {}
  const app = await startApp(TestModule, adapter, { logger: false });
  started.push(app);
  return {
    ...app,
    ask: (method, path, body, version) => askAdmin(app.url, method, path, body, version),
    async visit(path, user = 'ann', address = '192.0.2.7') {
      const headers = { 'x-user': user, 'x-forwarded-for': address };
      return answerOf(await fetch(`${app.url}/${path}`, { headers }));
    },
  };
}

async function askAdmin<Body>(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  version?: number,
): Promise<Answer<Body>> {
  const headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` };
  if (method !== 'GET') Object.assign(headers, { [ADMIN_HEADER]: '1', 'content-type': 'application/json' });
  if (version !== undefined) headers['if-match'] = String(version);
  const sent = method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) };
  return answerOf<Body>(await fetch(`${url}/_rate-limit/${path}`, { method, headers, ...sent }));
}

async function answerOf<Body>(response: Response): Promise<Answer<Body>> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
}

/** The milliseconds until something is so; fails after three seconds. */
export async function msUntil(isSo: () => Promise<boolean>): Promise<number> {
  const startMs = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startMs > 3_000) throw new Error('It did not become so within three seconds.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return performance.now() - startMs;
}
