import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';

export type AdapterName = 'express' | 'fastify';

/** For `describe.each`: whatever is tested over HTTP holds on both. */
export const adapters: readonly AdapterName[] = ['express', 'fastify'];

/** An app that listens on a port of its own, on the loopback address only. */
export interface RunningApp {
  readonly app: INestApplication;
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

type RootModule = Parameters<typeof NestFactory.create>[0];

/** Starts an app of one module on either adapter. It logs nothing but errors, unless the options say otherwise. */
export async function startApp(
  rootModule: RootModule,
  adapter: AdapterName,
  options?: Readonly<NestApplicationOptions>,
): Promise<RunningApp> {
  const httpAdapter = adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const quiet: Readonly<NestApplicationOptions> = { logger: ['fatal', 'error'], abortOnError: false, ...options };
  return running(await NestFactory.create(rootModule, httpAdapter, quiet));
}

/** Makes an app listen. */
export async function running(app: INestApplication): Promise<RunningApp> {
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  return { app, port, url: `http://127.0.0.1:${port}`, close: () => app.close() };
}
