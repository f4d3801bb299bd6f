import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import type { Config } from './config';

/** Lines for people, or in production one JSON object a line. */
export function loggerOf(level: LogLevel, { environment }: Config, context?: string): ConsoleLogger {
  const options = { logLevels: [level], json: environment === 'production' };
  return context === undefined ? new ConsoleLogger(options) : new ConsoleLogger(context, options);
}
