import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  HttpException,
  Injectable,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { byUser, type HttpRequest, RateLimiter, type RateLimitContext, type RateLimitPolicies } from 'nest-floodgate';
import { adapters } from '../../support/apps';
import { type LimitedApp, startLimited } from './app';

const LIMITS: Readonly<Record<string, number>> = { pro: 5, free: 1 };
const tierOf = ({ request }: RateLimitContext): number => LIMITS[(request.user as { tier: string }).tier] ?? 0;

let seen: RateLimitContext | undefined;
const policies: RateLimitPolicies = {
  plan: { limit: tierOf, per: '1h', key: byUser() },
  priced: { limit: 100, per: '1h', cost: async (context) => Promise.resolve(tierOf(context)) },
  watched: {
    limit: (context) => {
      seen = context;
      return 10;
    },
    per: '1h',
  },
};

/** As authentication would: the request has a user when resolvers are called. */
@Injectable()
class TierGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const request = execution.switchToHttp().getRequest<{ headers: Record<string, string>; user?: object }>();
    request.user = { id: request.headers['x-user'], tier: request.headers['x-tier'] };
    return true;
  }
}

/** One address for everything, as GraphQL has: what is limited is in the code that is called. */
@Controller('graphql')
@UseGuards(TierGuard)
class Resolvers {
  constructor(private readonly limiter: RateLimiter) {}

  @Post()
  async search(@Req() request: HttpRequest, @Res({ passthrough: true }) response: unknown): Promise<object> {
    const { id } = request.user as { id: string };
    const context = this.limiter.contextOf(request, response);
    const { allowed, limit } = await this.limiter.consume('plan', id, { context });
    if (!allowed) throw new HttpException('Too many', 429);
    return { limit, client: context.clientAddress };
  }
}

describe.each(adapters)('a call by code with the context of its request, on %s', (adapter) => {
  const start = (options = {}): Promise<LimitedApp> =>
    startLimited({ adapter, controllers: [Resolvers], options: { policies, ...options } });

  it('is limited by what the policy makes of that request', async () => {
    const client = (await start()).client();
    const send = async (user: string, tier: string) => {
      const { status, body } = await client.post('/graphql', {}, { 'x-user': user, 'x-tier': tier });
      return [status, (body as { limit?: number }).limit];
    };
    expect(await send('ada', 'free')).toEqual([201, 1]);
    expect(await send('ada', 'free')).toEqual([429, undefined]);
    expect(await send('ada', 'pro')).toEqual([201, 5]);
    expect(await send('bob', 'free')).toEqual([201, 1]);
  });

  it.each([
    ['loopback', '198.51.100.7'],
    [[], '127.0.0.1'],
  ])('knows the client behind the proxies %j', async (trustedProxies, address) => {
    const client = (await start({ trustedProxies })).client('198.51.100.7');
    const { body } = await client.post('/graphql', {}, { 'x-user': 'ada', 'x-tier': 'pro' });
    expect(body).toMatchObject({ client: address });
  });
});

describe('a call by code with a context that has no HTTP request', () => {
  let limiter: RateLimiter;
  beforeEach(async () => {
    ({ limiter } = await startLimited({ options: { policies } }));
  });

  it('is limited by what stands for the request', async () => {
    const message = { headers: {}, user: { id: 'ada', tier: 'pro' } };
    const context = limiter.contextOf(message);
    expect(await limiter.consume('plan', 'ada', { context })).toMatchObject({ limit: 5, remaining: 4 });
    expect(await limiter.consume('priced', 'ada', { context })).toMatchObject({ cost: 5, remaining: 95 });
    expect(context.clientAddress).toBe('unknown');
  });

  it('hands the response and the context of Nest on', async () => {
    const execution = new ExecutionContextHost([{}], Resolvers, Resolvers.prototype.search);
    const [message, response] = [{ headers: {}, socket: { remoteAddress: '2001:db8:1:2::9' } }, {}];
    await limiter.consume('watched', 'ada', { context: limiter.contextOf(message, response, execution) });
    expect([seen?.request, seen?.response, seen?.execution]).toEqual([message, response, execution]);
    expect(seen?.request).toBe(message);
    expect(seen?.clientAddress).toBe('2001:db8:1:2::');
  });

  it.each([
    ['undefined', undefined],
    ['"ada"', 'ada'],
    ['an object', { user: { tier: 'pro' } }],
    ['an object', { headers: null }],
  ])('is refused where that is %s', (shown, request) => {
    expect(() => limiter.contextOf(request as never)).toThrow(
      expect.objectContaining({
        code: 'CALL_INVALID',
        message:
          `The call cannot be decided. The request of its context is ${shown}. ` +
          'Pass the request of Express or Fastify, or an object with headers.',
      }),
    );
  });
});
