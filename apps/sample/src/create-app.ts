import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import type { Config } from './config';
import { loggerOf } from './logger';

/** The app on either adapter, not yet listening. */
export function createApp(config: Config): Promise<INestApplication> {
  const adapter = config.adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const options: Readonly<NestApplicationOptions> = {
    logger: loggerOf(config.logLevel, config),
    // What keeps the app from starting is thrown, so that main.ts can say it in a line or two.
    abortOnError: false,
  };
  return NestFactory.create(AppModule.with(config), adapter, options);
}
