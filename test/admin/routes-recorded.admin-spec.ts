import type { SimulationResult } from 'nest-floodgate/admin';
import { until } from '../support/load-until';
import type { AdminApp } from './admin-app';
import { MANY, override, startShop as start, told } from './shop';

jest.setTimeout(30_000);

describe('while traffic is recorded', () => {
  const simulate = async (app: AdminApp): Promise<number> => {
    const input = { policy: 'search', patch: { limit: 2 } };
    return (await app.ask<SimulationResult>('POST', 'api/simulate', input)).body.events;
  };

  test('a route whose limit the policy could not have is answered, and left out', async () => {
    const app = await start();
    expect((await app.ask('PUT', 'api/recording', { enabled: true, oneIn: 1, reason: 'a test' })).status).toBe(200);
    expect(await told(app, 'upload')).toEqual([200, `"bytes";q=${String(MANY)};w=86400`]);
  });

  test('a change that does not go with the limit of a request is tried out as it would be in force', async () => {
    const app = await start();
    expect((await app.ask('PUT', 'api/recording', { enabled: true, oneIn: 1, reason: 'a test' })).status).toBe(200);
    await app.visit('plan');
    const tryOut = async (patch: object): Promise<readonly unknown[]> => {
      const { status, body } = await app.ask<SimulationResult>('POST', 'api/simulate', { policy: 'plan', patch });
      return [status, body.events, body.after.allowed];
    };
    await until('what was recorded', async () => (await tryOut({ per: '1s' }))[1] === 1);
    expect(await tryOut({ per: '1s' })).toEqual([200, 1, 1]);
    expect(await tryOut({ per: '1s', limit: 8_000_000 })).toEqual([200, 1, 1]);
  });

  test('of routes that change a policy those with a limit of their own are left out, and no others', async () => {
    const app = await start();
    await override(app, 'search', { limit: 9 });
    expect((await app.ask('PUT', 'api/recording', { enabled: true, oneIn: 1, reason: 'a test' })).status).toBe(200);
    for (const path of ['wide', 'bucket', 'search', 'dear', 'wide', 'bucket']) await app.visit(path);
    for (const path of ['wide', 'search', 'dear', 'dear']) await app.visit(path, 'bob');
    await until('what was recorded', async () => (await simulate(app)) >= 5);
    expect(await simulate(app)).toBe(5);
  });
});
