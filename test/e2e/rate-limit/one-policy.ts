import { Controller, Get } from '@nestjs/common';
import type { PolicyOptions, RateLimitContext } from 'nest-floodgate';
import { type LimitedApp, startLimited } from './app';

@Controller()
export class RootController {
  @Get()
  root(): void {}
}

export type Policy = PolicyOptions<RateLimitContext>;

/** Starts an app that limits its one route by one policy: ten a minute, unless it says otherwise. */
export function startWithPolicy(policy: Partial<Policy>): Promise<LimitedApp> {
  return startLimited({
    controllers: [RootController],
    options: { policies: { default: { limit: 10, per: '1m', ...policy } }, everyRoute: ['default'] },
  });
}

export const header = ({ request }: RateLimitContext, name: string): string => String(request.headers[name] ?? '');

export const fail = (): never => {
  throw new Error('the database is down');
};
