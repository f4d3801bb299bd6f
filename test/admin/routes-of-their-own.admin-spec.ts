import { RateLimiter } from 'nest-floodgate';
import type { KeyInspection, Override } from 'nest-floodgate/admin';
import type { AdminApp } from './admin-app';
import { ANN, MANY, override, startShop as start, told } from './shop';

jest.setTimeout(30_000);

describe('an override of one key', () => {
  test('holds where a route changes something else of the policy', async () => {
    const app = await start();
    await override(app, 'search', { limit: 3 });
    expect(await told(app, 'search')).toEqual([200, '"search";q=3;w=3600']);
    expect(await told(app, 'dear')).toEqual([200, '"search";q=3;w=3600']);
    expect(await told(app, 'dear')).toEqual([429, '"search";q=3;w=3600']);
  });

  test('leaves a limit that a route writes for itself, or that a call passes', async () => {
    const app = await start();
    await override(app, 'search', { limit: 3 });
    expect(await told(app, 'wide')).toEqual([200, '"search";q=100;w=3600']);
    const limiter = app.app.get(RateLimiter);
    expect((await limiter.consume('search', 'ann', { limit: 50 })).limit).toBe(50);
    expect((await limiter.consume('search', 'ann')).limit).toBe(3);
  });

  test('replaces one that a call passes in place of the function of the policy', async () => {
    const app = await start();
    await override(app, 'plan', { limit: 3 });
    expect(await told(app, 'plan')).toEqual([200, '"plan";q=3;w=60']);
    const limiter = app.app.get(RateLimiter);
    expect((await limiter.consume('plan', 'ann', { limit: 50 })).limit).toBe(3);
    expect((await limiter.consume('plan', 'bob', { limit: 50 })).limit).toBe(50);
  });

  test('leaves the buckets of a route that counts by another algorithm as they are', async () => {
    const app = await start();
    await told(app, 'bucket');
    await override(app, 'search', { limit: 5 });
    const rest = [await told(app, 'bucket'), await told(app, 'bucket'), await told(app, 'bucket')];
    expect(rest.map(([status]) => status)).toEqual([200, 200, 429]);
    expect(rest[2]?.[1]).toBe('"search";q=3;w=3600');
  });

  test('that does not go with the limit of a request leaves it, and fails nothing', async () => {
    const app = await start();
    await override(app, 'plan', { per: '1s' });
    expect(await told(app, 'plan')).toEqual([200, `"plan";q=${String(MANY)};w=60`]);
    expect((await app.app.get(RateLimiter).consume('plan', 'ann', { limit: MANY })).limit).toBe(MANY);
  });
});

describe('an override of a whole policy', () => {
  const WHOLE = { kind: 'policy' };

  test('that does not go with what a route changes leaves the route with what code says', async () => {
    const app = await start();
    await override(app, 'search', { limit: 5 }, WHOLE);
    expect(await told(app, 'dear')).toEqual([200, '"search";q=5;w=3600']);
    expect(await told(app, 'dearest')).toEqual([200, '"search";q=10;w=3600']);
    expect(await told(app, 'dearest')).toEqual([429, '"search";q=10;w=3600']);
    await override(app, 'bytes', { burst: 5 }, WHOLE);
    expect(await told(app, 'fixed')).toEqual([200, '"bytes";q=10;w=1']);
  });

  test('says where it makes no difference', async () => {
    const app = await start();
    const places = async (policy: string, patch: object): Promise<readonly string[]> => {
      const { body } = await app.ask<Override>('POST', 'api/overrides', { policy, scope: WHOLE, patch, reason: 'why' });
      return [...body.unheardIn].sort();
    };
    const route = (name: string): unknown => expect.stringMatching(new RegExp(`^route .*ShopController.${name}$`));
    expect(await places('search', { limit: 5 })).toEqual(['bucket', 'dearest', 'wide'].map(route));
    expect(await places('bytes', { limit: 5, mode: 'shadow' })).toEqual([route('upload')]);
    expect(await places('plan', { mode: 'off' })).toEqual([]);
  });

  test('that does not go with the limit of a request or a call leaves that as it was', async () => {
    const app = await start();
    await override(app, 'plan', { per: '1s' }, WHOLE);
    expect(await told(app, 'plan')).toEqual([200, `"plan";q=${String(MANY)};w=60`]);
    expect((await app.app.get(RateLimiter).consume('plan', 'ann', { limit: MANY })).limit).toBe(MANY);
    expect((await app.app.get(RateLimiter).consume('plan', 'bob', { limit: 7 })).windowSeconds).toBe(1);
  });
});

describe('a key', () => {
  interface Row {
    readonly scope: string;
    readonly algorithm: string;
    readonly used: number | null;
    readonly limit: number | null;
    readonly limitFrom: string;
  }
  const rows = async (app: AdminApp) => {
    const { body } = await app.ask<KeyInspection>('GET', `api/keys/inspect?key=${encodeURIComponent(ANN.key)}`);
    const used = body.policies.filter(({ policy, state }) => policy === 'search' && state === 'ok') as readonly Row[];
    return used
      .map(({ scope, algorithm, used, limit, limitFrom }) => [scope, algorithm, used, limit, limitFrom])
      .sort();
  };

  test('is shown by what each route makes of the policy, as it is overridden there', async () => {
    const app = await start();
    for (const path of ['search', 'wide', 'bucket', 'dear']) await app.visit(path);
    const route = (name: string): unknown => expect.stringContaining(`ShopController.${name}`);
    const [wide, bucket] = [
      [route('wide'), 'sliding-window', 1, 100, 'policy'],
      [route('bucket'), 'token-bucket', 1, 3, 'policy'],
    ];
    expect(await rows(app)).toEqual([
      ['', 'sliding-window', 1, 10, 'policy'],
      bucket,
      [route('dear'), 'sliding-window', 2, 10, 'policy'],
      wide,
    ]);
    await override(app, 'search', { limit: 7 }, { kind: 'policy' });
    await override(app, 'search', { limit: 5 });
    expect(await rows(app)).toEqual([
      ['', 'sliding-window', 1, 5, 'override'],
      bucket,
      [route('dear'), 'sliding-window', 2, 5, 'override'],
      wide,
    ]);
  });
});
