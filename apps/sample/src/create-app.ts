import { ConsoleLogger, type INestApplication, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module';
import type { Config } from './config';

/** The app on either adapter, not yet listening. */
export function createApp(config: Config): Promise<INestApplication> {
  const adapter = config.adapter === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
  const options: Readonly<NestApplicationOptions> = {
    logger: new ConsoleLogger({ logLevels: [config.logLevel], json: config.environment === 'production' }),
    // What keeps the app from starting is thrown, so that main.ts can say it in a line or two.
    abortOnError: false,
  };
  return NestFactory.create(AppModule.with(config), adapter, options);
}
