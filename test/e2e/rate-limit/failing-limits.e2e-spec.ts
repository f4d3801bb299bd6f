import { Controller, type ExecutionContext, Get } from '@nestjs/common';
import { Throttle } from '@nestjs/throttler';
import { RateLimit, type RateLimitContext } from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { startLimited, statuses } from './app';

type Headers = Readonly<Record<string, string | undefined>>;

/** The limit that the request asks for; fails where it asks for none. */
function limitIn(headers: Headers): number {
  if (headers['x-limit'] === undefined) throw new Error('the database is down');
  return Number(headers['x-limit']);
}

const limit = ({ request }: RateLimitContext): number => limitIn(request.headers as Headers);
const ofExecution = (context: ExecutionContext): number =>
  limitIn(context.switchToHttp().getRequest<{ headers: Headers }>().headers);

@Controller()
class FailingController {
  @RateLimit('search')
  @Get('named')
  named(): void {}

  @RateLimit({ limit, per: '1m' })
  @Get('inline')
  inline(): void {}

  @RateLimit({ name: 'search', per: '2m' })
  @Get('variant')
  variant(): void {}

  @Throttle({ throttled: { limit: ofExecution } })
  @Get('throttle')
  throttle(): void {}
}

const FAILING = {
  policies: { search: { limit, per: '1m' }, throttled: { limit: 100, per: '1m' } },
  everyRoute: ['throttled'],
};

describe.each(adapters)('on %s: while its function fails, a limit is the lowest it returned', (adapter) => {
  it.each([
    ['a named policy', 'named'],
    ['a policy that is written where it is used', 'inline'],
    ['a route that changes a policy', 'variant'],
    ['@Throttle', 'throttle'],
  ])('%s, though another policy was changed since then', async (_, path) => {
    const app = await startLimited({ controllers: [FailingController], options: FAILING, adapter });
    const client = app.client();
    await client.get(`/${path}`, { 'x-limit': '2' });
    app.limiter.addPolicy('other', { limit: 5, per: '1m' });
    expect(await statuses(client, `/${path}`, 2)).toEqual([200, 429]);
  });
});

it('a policy passes requests uncounted where it cannot have the lowest limit that its function returned to others', async () => {
  @Controller()
  class TwoLimitsController {
    @RateLimit({ limit, per: '1m' })
    @Get('often')
    often(): void {}

    // So large a burst of so low a rate would need decades to fill.
    @RateLimit({ limit, per: '365d', algorithm: 'token-bucket', burst: 100 })
    @Get('rare')
    rare(): void {}
  }
  const app = await startLimited({ controllers: [TwoLimitsController] });
  await app.client().get('/often', { 'x-limit': '2' });
  expect(await statuses(app.client(), '/often', 3)).toEqual([200, 200, 429]);
  expect(await statuses(app.client(), '/rare', 3)).toEqual([200, 200, 200]);
  expect(app.log.errors.at(-1)).toContain('The request passes uncounted until it returns one.');
});
