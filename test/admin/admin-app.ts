import {
  Controller,
  type DynamicModule,
  Get,
  type INestApplication,
  Module,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { byHeader, RateLimit, RateLimitGuard, RateLimitModule, type RateLimitModuleOptions } from 'nest-floodgate';
import { ADMIN_HEADER, RateLimitAdminModule, type RateLimitAdminOptions } from 'nest-floodgate/admin';
import { type AdapterName, running, type RunningApp } from '../support/apps';
import { Stalls } from '../support/load-stalls';
import { until } from '../support/load-until';

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
  /** In place of its own. */
  readonly controllers?: Type[];
  /** Of the app, before it listens. */
  readonly configure?: (app: INestApplication) => void | Promise<void>;
  /** Where the admin API then is. */
  readonly mount?: string;
}

const started: RunningApp[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.close()));
});

/** An app with two policies and the admin API, which is closed after the test. */
export async function startAdmin(
  setup: Setup = {},
  admin: RateLimitAdminOptions = { token: TOKEN },
): Promise<AdminApp> {
  return startWith(setup, [RateLimitAdminModule.forRoot(admin)]);
}

/** The same without the admin module. */
export async function startShop(setup: Setup = {}): Promise<AdminApp> {
  return startWith(setup, []);
}

async function startWith(
  { adapter = 'express', options, controllers = [Shop], configure, mount = '_rate-limit' }: Setup,
  modules: readonly DynamicModule[],
): Promise<AdminApp> {
  const logger = { warn: () => undefined, error: () => undefined };
  @Module({
    imports: [
      RateLimitModule.forRoot({ policies: POLICIES, trustedProxies: 'loopback', logger, ...options }),
      ...modules,
    ],
    controllers,
    providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
  })
  class TestModule {}
  const httpAdapter = adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const quiet: Readonly<NestApplicationOptions> = { logger: false, abortOnError: false };
  const nest = await NestFactory.create(TestModule, httpAdapter, quiet);
  await configure?.(nest);
  const app = await running(nest);
  started.push(app);
  return {
    ...app,
    ask: (method, path, body, version) => askAdmin(`${app.url}/${mount}`, method, path, body, version),
    async visit(path, user = 'ann', address = '192.0.2.7') {
      const headers = { 'x-user': user, 'x-forwarded-for': address };
      return answerOf(await fetch(`${app.url}/${path}`, { headers }));
    },
  };
}

/** A request to an admin API, with its token. */
export async function askAdmin<Body>(
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
  return answerOf<Body>(await fetch(`${url}/${path}`, { method, headers, ...sent }));
}

export async function answerOf<Body>(response: Response): Promise<Answer<Body>> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
}

/**
 * The milliseconds until something is so, without those that this process stood still: the instances and whoever asks
 * them share it, and what is promised to be everywhere within a second cannot be where nobody runs.
 */
export async function msUntil(isSo: () => Promise<boolean>): Promise<number> {
  return Stalls.msWithout(() => until('it to become so', isSo));
}
