import { Controller, type ExecutionContext, Get } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { AfterAuthRateLimitGuard, RateLimitGuard } from 'nest-floodgate';
import { type LimitedApp, startLimited } from './app';

@Controller()
class RootController {
  @Get()
  root(): void {}
}

/** What Nest passes to a guard for something that is no HTTP request. */
function contextOf(type: string, args: unknown[]): ExecutionContext {
  const context = new ExecutionContextHost(args, RootController, RootController.prototype.root);
  context.setType(type);
  return context;
}

describe('the guard of something that is no HTTP request', () => {
  let app: LimitedApp;

  beforeEach(async () => {
    app = await startLimited({
      controllers: [RootController],
      options: { policies: { default: { limit: 1, per: '1m' } }, everyRoute: ['default'] },
    });
  });

  it.each([
    ['rpc', [{ a: 1 }, {}]],
    ['ws', [{ id: 'socket' }, 'data']],
    ['graphql', [undefined, {}, {}, {}]],
    ['rpc', []],
  ])('lets it pass, and says so once: %s %j', async (type, args) => {
    const guard = app.app.get(RateLimitGuard);
    for (let i = 0; i < 3; i++) expect(await guard.canActivate(contextOf(type, args))).toBe(true);
    expect(await app.app.get(AfterAuthRateLimitGuard).canActivate(contextOf(type, args))).toBe(true);
    expect(app.log.warnings).toEqual([
      `RateLimitGuard does not limit requests of type "${type}" yet: it lets them pass.`,
    ]);
  });

  it('says so for every type', async () => {
    const guard = app.app.get(RateLimitGuard);
    for (const type of ['rpc', 'ws', 'rpc', 'ws']) await guard.canActivate(contextOf(type, []));
    expect(app.log.warnings).toHaveLength(2);
  });
});
