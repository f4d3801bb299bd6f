import { Controller, type DynamicModule, Get, Module, type NestApplicationOptions, type Type } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { RateLimit, RateLimitGuard, RateLimitModule, type RateLimitModuleOptions, SkipRateLimit } from 'nest-floodgate';
import { RateLimitHealthModule, type RateLimitHealthModuleOptions } from 'nest-floodgate/health';
import { RateLimitMetricsModule, type RateLimitMetricsModuleOptions } from 'nest-floodgate/metrics';
import { Registry } from 'prom-client';
import { type AdapterName, running, type RunningApp } from '../support/apps';

@Controller()
export class WorkController {
  @Get('work')
  work(): string {
    return 'done';
  }

  @Get('login')
  @RateLimit('login')
  login(): string {
    return 'in';
  }

  @Get('free')
  @SkipRateLimit()
  free(): string {
    return 'free';
  }
}

export interface OperatedSetup {
  readonly adapter?: AdapterName;
  readonly redisUrl?: string;
  /** By default so long that a busy machine sends no decision to the fallback. */
  readonly deadlineMs?: number;
  /** Of the keys in Redis; apps that share limits have the same. */
  readonly prefix?: string;
  readonly options?: RateLimitModuleOptions;
  readonly health?: RateLimitHealthModuleOptions;
  readonly providers?: readonly Type[];
  /** Beside those of every operated app. */
  readonly controllers?: readonly Type[];
  readonly metrics?: RateLimitMetricsModuleOptions;
  /** Default: one of its own. */
  readonly registry?: Registry;
}

const PATIENT_MS = 5_000;

export interface OperatedApp extends RunningApp {
  readonly registry: Registry;
  get(path: string): Promise<Answer>;
  post(path: string): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  // The body is whatever the endpoint says; tests look at single properties.
  readonly json: Readonly<Record<string, unknown>>;
}

const QUIET: Readonly<NestApplicationOptions> = { logger: false, abortOnError: false };

const started: RunningApp[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.close()));
});

/** An app as it would be deployed, with probes and metrics; closed after the test. */
export async function startOperated(setup: OperatedSetup = {}): Promise<OperatedApp> {
  const { adapter = 'express', redisUrl, options = {}, health = {}, providers = [], deadlineMs = PATIENT_MS } = setup;
  const { registry = new Registry(), controllers = [], metrics = {} } = setup;
  const limits: DynamicModule = RateLimitModule.forRoot({
    ...(redisUrl === undefined ? {} : { store: { type: 'redis', url: redisUrl, deadlineMs, prefix: setup.prefix } }),
    policies: { requests: { limit: 1_000, per: '1m' }, login: { limit: 5, per: '1m' } },
    everyRoute: ['requests'],
    trustedProxies: 'loopback',
    logger: { warn: () => undefined, error: () => undefined },
    ...options,
  });
  @Module({
    imports: [limits, RateLimitHealthModule.forRoot(health), RateLimitMetricsModule.forRoot({ ...metrics, registry })],
    controllers: [WorkController, ...controllers],
    providers: [...providers, { provide: APP_GUARD, useClass: RateLimitGuard }],
  })
  class OperatedModule {}
  const httpAdapter = adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const app = await NestFactory.create(OperatedModule, httpAdapter, QUIET);
  const one = await running(app);
  started.push(one);
  return {
    ...one,
    registry,
    get: (path) => send(one.url, path),
    post: (path) => send(one.url, path, 'POST'),
  };
}

async function send(url: string, path: string, method = 'GET'): Promise<Answer> {
  const response = await fetch(`${url}${path}`, { method, headers: { connection: 'close' } });
  const text = await response.text();
  const json = text.startsWith('{') ? (JSON.parse(text) as Answer['json']) : {};
  return { status: response.status, text, json };
}

/** Asks again until the answer is as wanted. */
export async function eventually<Value>(
  ask: () => Promise<Value>,
  isWanted: (value: Value) => boolean,
  withinMs: number,
): Promise<Value> {
  const endMs = performance.now() + withinMs;
  let value = await ask();
  while (!isWanted(value) && performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    value = await ask();
  }
  return value;
}
