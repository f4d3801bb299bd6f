import { Controller, Get, Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ConfigurationError,
  MemoryStore,
  RateLimit,
  RateLimiter,
  RateLimitModule,
  type RateLimitModuleOptions,
} from 'nest-floodgate';
import { FakeClock } from 'nest-floodgate/testing';
import { Client } from '../../support/client';
import { bootProblems, QUIET, remaining, startLimited, startWith } from './app';

@Controller()
class RootController {
  @Get()
  root(): void {}
}

@Controller('feature')
class FeatureController {
  @Get()
  @RateLimit('feature')
  feature(): void {}
}

const featurePolicies = { feature: { limit: 3, per: '1m' } };

@Module({ imports: [RateLimitModule.forFeature({ policies: featurePolicies })], controllers: [FeatureController] })
class FeatureModule {}

const LIMIT = Symbol('LIMIT');

@Module({ providers: [{ provide: LIMIT, useValue: '7' }], exports: [LIMIT] })
class ConfigModule {}

const optionsOf = (limit: string): RateLimitModuleOptions => ({
  policies: { default: { limit, per: '1m' } },
  everyRoute: ['default'],
  trustedProxies: 'loopback',
});

@Injectable()
class OptionsFactory {
  constructor(@Inject(LIMIT) private readonly limit: string) {}

  create(): RateLimitModuleOptions {
    return optionsOf(this.limit);
  }
}

describe('forRootAsync', () => {
  it.each([
    [
      'a factory with what it injects',
      RateLimitModule.forRootAsync({ imports: [ConfigModule], inject: [LIMIT], useFactory: optionsOf }),
    ],
    [
      'an async factory',
      RateLimitModule.forRootAsync({
        imports: [ConfigModule],
        inject: [LIMIT],
        useFactory: (limit: string) => Promise.resolve(optionsOf(limit)),
      }),
    ],
    ['a class', RateLimitModule.forRootAsync({ imports: [ConfigModule], useClass: OptionsFactory })],
  ])('takes its options from %s', async (_title, module) => {
    const { url } = await startWith({ controllers: [RootController] }, [module]);
    expect(remaining(await new Client(url).get('/'))).toEqual({ default: 6 });
  });

  it('stops the boot for options it cannot use', async () => {
    const module = RateLimitModule.forRootAsync({ useFactory: () => optionsOf('many') });
    await expect(startWith({}, [module])).rejects.toThrow(/policies\.default\.limit: is "many"\. Write a whole number/);
  });

  it('stops the boot where the factory returns nothing', async () => {
    const module = RateLimitModule.forRootAsync({ useFactory: () => undefined as unknown as RateLimitModuleOptions });
    await expect(startWith({}, [module])).rejects.toThrow('RateLimitModule.forRoot: was given undefined.');
  });
});

describe('forRoot', () => {
  it.each([undefined, null, 'memory'])('was given %j: it says what to write', (options) => {
    const forRoot = (): unknown => RateLimitModule.forRoot(options as never);
    expect(forRoot).toThrow(ConfigurationError);
    expect(forRoot).toThrow(
      `RateLimitModule.forRoot: was given ${JSON.stringify(options)}. Write an object such as { policies: { … } }.`,
    );
  });

  it('limits nothing without options', async () => {
    const { url } = await startWith({ controllers: [RootController] }, [RateLimitModule.forRoot({})]);
    expect((await new Client(url).get('/')).headers).not.toHaveProperty('ratelimit');
  });

  it('is visible in every module unless it says otherwise', async () => {
    @Injectable()
    class Service {
      constructor(readonly limiter: RateLimiter) {}
    }
    @Module({ providers: [Service] })
    class OtherModule {}
    const root = (isGlobal: boolean | undefined) => RateLimitModule.forRoot({ isGlobal });
    await expect(startWith({ guards: [], imports: [OtherModule] }, [root(true)])).resolves.toBeDefined();
    await expect(startWith({ guards: [], imports: [OtherModule] }, [root(undefined)])).resolves.toBeDefined();
    await expect(startWith({ guards: [], imports: [OtherModule] }, [root(false)])).rejects.toThrow(/RateLimiter/);
  });

  it('stops the boot where two are there for the whole app: each would count for itself', async () => {
    const root = (limit: string, isGlobal = true) => RateLimitModule.forRoot({ ...optionsOf(limit), isGlobal });
    @Module({ imports: [root('1')] })
    class SecondModule {}
    await expect(startWith({ imports: [SecondModule] }, [root('7')])).rejects.toThrow(
      'RateLimitModule.forRoot: is called 2 times for the whole app, and each would count for itself. Keep one, in the ' +
        'root module, and give other modules RateLimitModule.forFeature.',
    );
    const own = root('1', false);
    await expect(startWith({ imports: [own] }, [root('7')])).resolves.toBeDefined();
    const shared = root('7');
    await expect(startWith({ imports: [shared] }, [shared])).resolves.toBeDefined();
  });

  it('takes a store, and closes it with the app', async () => {
    const clock = new FakeClock();
    const store = new MemoryStore({ clock });
    const app = await startLimited({
      controllers: [RootController],
      options: { store, policies: { default: { limit: 1, per: '1m' } }, everyRoute: ['default'] },
    });
    const client = app.client();
    expect((await client.get('/')).status).toBe(200);
    expect((await client.get('/')).status).toBe(429);
    clock.advance(60_000);
    expect((await client.get('/')).status).toBe(200);
    expect(store.size).toBe(1);
    await app.close();
    expect(store.size).toBe(0);
  });

  it('serves a context without a server, even with policies for unmatched requests', async () => {
    @Module({ imports: [RateLimitModule.forRoot({ ...optionsOf('7'), unmatched: ['default'] })] })
    class ToolModule {}
    const context = await NestFactory.createApplicationContext(ToolModule, QUIET);
    expect(await context.get(RateLimiter).consume('default', '192.0.2.1')).toMatchObject({ remaining: 6 });
    await context.close();
  });
});

describe('forFeature', () => {
  it('brings policies for the routes of a module, and for calls', async () => {
    const app = await startLimited({ imports: [FeatureModule] });
    const client = app.client();
    expect(remaining(await client.get('/feature'))).toEqual({ feature: 2 });
    expect(await app.limiter.peek('feature', client.address)).toMatchObject({ remaining: 2 });
  });

  it('brings policies that everyRoute of the app may name', async () => {
    const app = await startLimited({
      imports: [FeatureModule],
      controllers: [RootController],
      options: { everyRoute: ['feature'] },
    });
    expect(remaining(await app.client().get('/'))).toEqual({ feature: 2 });
  });

  it('stops the boot where a name is taken, by the app or by another feature', async () => {
    const taken = {
      path: 'forFeature policies.feature',
      problem: 'defines "feature" a second time.',
      remedy: 'Give it another name, or define it in one place.',
    };
    expect(await bootProblems({ imports: [FeatureModule], options: { policies: featurePolicies } })).toEqual([taken]);
    const again = RateLimitModule.forFeature({ policies: featurePolicies });
    expect(await bootProblems({ imports: [FeatureModule, again] })).toEqual([taken]);
  });

  it('counts a module that is imported twice once', async () => {
    @Module({ imports: [FeatureModule] })
    class OtherModule {}
    await expect(startLimited({ imports: [FeatureModule, OtherModule] })).resolves.toBeDefined();
  });

  it('stops the boot for a policy it cannot use', async () => {
    const module = RateLimitModule.forFeature({ policies: { tight: { limit: 1, per: 'soon' } } });
    expect(await bootProblems({ imports: [module] })).toEqual([
      expect.objectContaining({ path: 'forFeature policies.tight.per', problem: 'is "soon", no duration.' }),
    ]);
  });

  it.each([[undefined], [{}], [{ policies: ['feature'] }]])('stops the boot for %j', async (given) => {
    const module = RateLimitModule.forFeature(given as never);
    expect(await bootProblems({ imports: [module] })).toEqual([
      expect.objectContaining({ path: 'forFeature policies', remedy: 'Write { aName: { limit: 100, per: "1m" } }.' }),
    ]);
  });
});
