import { Controller, Get, type Type, UseGuards } from '@nestjs/common';
import { RateLimitGuard } from 'nest-floodgate';
import { startLimited } from './app';

const policies = { default: { limit: 1, per: '1m' } };
const limited = { policies, everyRoute: ['default'] };

@Controller()
class RootController {
  @Get()
  root(): void {}
}

@Controller()
@UseGuards(RateLimitGuard)
class GuardedController extends RootController {}

class OwnGuard {
  canActivate(): boolean {
    return true;
  }
}

const warnings = async (controller: Type, setup: Parameters<typeof startLimited>[0]): Promise<readonly string[]> => {
  const { log } = await startLimited({ controllers: [controller], guards: [], options: limited, ...setup });
  return log.warnings;
};

describe('limits without a guard', () => {
  it('are warned of at boot', async () => {
    expect(await warnings(RootController, {})).toEqual([expect.stringMatching(/^Routes have policies, and no guard/)]);
  });

  it.each([
    ['a guard on the controller', GuardedController, {}],
    ['a global guard', RootController, { configure: (app) => app.useGlobalGuards(app.get(RateLimitGuard)) }],
    ['a guard of the app, which may ask ours', RootController, { guards: [OwnGuard] }],
    ['policies for calls by code alone', RootController, { options: { policies } }],
  ] as [string, Type, Parameters<typeof startLimited>[0]][])('are not warned of with %s', async (_title, ...app) => {
    expect(await warnings(...app)).toEqual([]);
  });
});
