import {
  type INestApplication,
  Module,
  type ModuleMetadata,
  type NestApplicationOptions,
  type Type,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  ConfigurationError,
  type ConfigurationProblem,
  RateLimiter,
  RateLimitGuard,
  type RateLimitLogger,
  RateLimitModule,
  type RateLimitModuleOptions,
} from 'nest-floodgate';
import type { Response } from 'supertest';
import { type AdapterName, running, type RunningApp } from '../../support/apps';
import { Client, times } from '../../support/client';
import { rateLimitFields } from '../../support/rate-limit-fields';

/** Keeps what was logged. */
export class MemoryLog implements RateLimitLogger {
  readonly warnings: string[] = [];
  readonly errors: string[] = [];

  warn(message: string): void {
    this.warnings.push(message);
  }

  error(message: string): void {
    this.errors.push(message);
  }
}

/** An app to be tested, by what differs from the usual: one guard for every route, Express, a proxy on this machine. */
export interface AppSetup {
  readonly controllers?: Type[];
  readonly options?: RateLimitModuleOptions;
  readonly adapter?: AdapterName;
  /** Global guards, in order. */
  readonly guards?: Type[];
  readonly imports?: ModuleMetadata['imports'];
  readonly providers?: ModuleMetadata['providers'];
  /** Called before the app listens. */
  readonly configure?: (app: INestApplication) => unknown;
}

export interface LimitedApp extends RunningApp {
  readonly log: MemoryLog;
  readonly limiter: RateLimiter;
  /** Somebody with an address of their own. */
  client(address?: string): Client;
}

/** What keeps an app from starting is thrown, for a test to look at. */
export const QUIET: Readonly<NestApplicationOptions> = { logger: false, abortOnError: false };

const started: RunningApp[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.close()));
});

/** Starts an app, which is closed after the test. */
export async function startLimited(setup: AppSetup): Promise<LimitedApp> {
  const log = new MemoryLog();
  const options = { trustedProxies: 'loopback', logger: log, ...setup.options };
  const app = await startWith(setup, [RateLimitModule.forRoot(options)]);
  return { ...app, log, limiter: app.app.get(RateLimiter), client: (address) => new Client(app.url, address) };
}

/** Starts an app that imports RateLimitModule by itself. */
export async function startWith(setup: AppSetup, imports: ModuleMetadata['imports'] = []): Promise<RunningApp> {
  const { controllers = [], guards = [RateLimitGuard], providers = [] } = setup;
  @Module({
    imports: [...imports, ...(setup.imports ?? [])],
    controllers,
    providers: [...providers, ...guards.map((useClass) => ({ provide: APP_GUARD, useClass }))],
  })
  class TestModule {}
  const httpAdapter = setup.adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(TestModule, httpAdapter, QUIET);
  await setup.configure?.(app);
  const runningApp = await running(app);
  started.push(runningApp);
  return runningApp;
}

/** What stops an app from starting. Each problem says where it is, what is there, and what to write instead. */
export async function bootProblems(setup: AppSetup): Promise<readonly ConfigurationProblem[]> {
  const error: unknown = await startLimited(setup).then(
    () => new Error('the app started'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigurationError)) throw error;
  for (const { path, problem, remedy } of error.problems) {
    expect(path).not.toBe('');
    expect(problem).toMatch(/^(is|has|names|was|defines|skips) .*\.$/);
    expect(remedy).toMatch(/^[A-Z].*[.?]$/);
    expect(error.message).toContain(`${path}: ${problem} ${remedy}`);
  }
  return error.problems;
}

/** The statuses of some requests, one after the other. */
export async function statuses(client: Client, path: string, count: number): Promise<number[]> {
  return (await times(count, () => client.get(path))).map(({ status }) => status);
}

/** What is left of each policy, by its name, as the response tells. */
export function remaining(response: Response): Record<string, number> {
  return Object.fromEntries(rateLimitFields(response).map(({ policy, remaining }) => [policy, remaining]));
}
