import { Controller, Get } from '@nestjs/common';
import { byHeader, type KeyResolver, RateLimit, type RateLimitContext } from 'nest-floodgate';
import type { KeyInspection } from 'nest-floodgate/admin';
import { startAdmin } from './admin-app';

const key: KeyResolver<RateLimitContext> = byHeader('x-user');
const byName = ({ request }: { readonly request: object }): number =>
  (request as { readonly headers: Record<string, string> }).headers['x-user'] === 'ann' ? 50 : 5;

@Controller()
class Tiers {
  @RateLimit('named')
  @Get('named')
  named(): string {
    return 'ok';
  }

  @RateLimit({ name: 'inline', limit: byName, per: '1m', key })
  @Get('inline')
  inline(): string {
    return 'ok';
  }
}

it('shows the limit that a key last had, wherever it is written that the request decides it', async () => {
  const app = await startAdmin({
    controllers: [Tiers],
    options: { policies: { named: { limit: byName, per: '1m', key } } },
  });
  const inspect = async (user: string) => {
    const { body } = await app.ask<KeyInspection>('GET', `api/keys/inspect?key=header%20x-user:${user}`);
    return body.policies.map(({ policy, limit, limitFrom }) => [policy, limit, limitFrom]).sort();
  };
  for (const [user, limit] of [
    ['ann', 50],
    ['bob', 5],
  ] as const) {
    for (const path of ['named', 'inline']) expect((await app.visit(path, user)).status).toBe(200);
    expect(await inspect(user)).toEqual([
      [expect.stringContaining('inline'), limit, 'last-seen'],
      ['named', limit, 'last-seen'],
    ]);
  }
  expect((await inspect('eve')).map(([, ...seen]) => seen)).toEqual(Array(2).fill([null, 'unknown']));
});

it('shows a key though its last limit is none that another route of the policy could have', async () => {
  const many = 3_000_000;

  @Controller()
  class Plans {
    @RateLimit('plan')
    @Get('plan')
    plan(): void {}

    @RateLimit({ name: 'plan', per: '1s', limit: () => 5 })
    @Get('brief')
    brief(): void {}
  }
  const plan = { limit: () => many, per: '1m', key, algorithm: 'token-bucket' } as const;
  const app = await startAdmin({ controllers: [Plans], options: { policies: { plan } } });
  expect((await app.visit('plan')).status).toBe(200);
  const { status, body } = await app.ask<KeyInspection>('GET', 'api/keys/inspect?key=header%20x-user:ann');
  expect([status, body.policies.map(({ limit, state }) => [limit, state])]).toEqual([
    200,
    [
      [many, 'unused'],
      [null, 'unknown'],
    ],
  ]);
});
