import { Controller, Get } from '@nestjs/common';
import { byHeader, RateLimit } from 'nest-floodgate';
import type { Override } from 'nest-floodgate/admin';
import { type AdminApp, startAdmin } from './admin-app';

const key = byHeader('x-user');
export const ANN = { kind: 'key', key: 'header x-user:ann' };
/** More than a policy of a second can have. */
export const MANY = 3_000_000;

/** Routes that change this and that of a policy. */
@Controller()
class ShopController {
  @RateLimit('search')
  @Get('search')
  search(): void {}

  @RateLimit({ name: 'search', cost: 2 })
  @Get('dear')
  dear(): void {}

  @RateLimit({ name: 'search', limit: 100 })
  @Get('wide')
  wide(): void {}

  @RateLimit({ name: 'search', algorithm: 'token-bucket', limit: 3 })
  @Get('bucket')
  bucket(): void {}

  @RateLimit({ name: 'search', cost: 8 })
  @Get('dearest')
  dearest(): void {}

  @RateLimit({ name: 'bytes', algorithm: 'fixed-window' })
  @Get('fixed')
  fixed(): void {}

  @RateLimit({ name: 'bytes', per: '1d', limit: MANY })
  @Get('upload')
  upload(): void {}

  @RateLimit('plan')
  @Get('plan')
  plan(): void {}
}

const policies = {
  search: { limit: 10, per: '1h', key },
  bytes: { limit: 10, per: '1s', key, algorithm: 'token-bucket' },
  plan: { limit: () => MANY, per: '1m', key, algorithm: 'token-bucket' },
} as const;

export const startShop = (): Promise<AdminApp> => startAdmin({ controllers: [ShopController], options: { policies } });

/** Overrides a policy, for one key where nothing else is said. */
export const override = async (app: AdminApp, policy: string, patch: object, scope: object = ANN): Promise<void> => {
  const input = { policy, scope, patch, reason: 'an attack', confirm: policy };
  expect((await app.ask<Override>('POST', 'api/overrides', input)).status).toBe(201);
};

/** The status of a visit, and the limit that it tells. */
export const told = async (app: AdminApp, path: string): Promise<readonly [number, string | null]> => {
  const { status, headers } = await app.visit(path);
  return [status, headers.get('ratelimit-policy')];
};
