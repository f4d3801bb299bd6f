import { Controller, Get } from '@nestjs/common';
import { byHeader, MemoryStore, RateLimit, type RateLimitModuleOptions } from 'nest-floodgate';
import { FakeClock } from 'nest-floodgate/testing';
import { parseDictionary, parseItem, parseList } from 'structured-headers';
import type { Response } from 'supertest';
import { adapters } from '../../support/apps';
import { type LimitedApp, startLimited } from './app';

@Controller()
class RootController {
  @Get()
  root(): void {}

  @Get('several')
  @RateLimit('bucket', 'month', 'quick')
  several(): void {}

  @Get('impossible')
  @RateLimit({ name: 'big', limit: 5, per: '1m', cost: () => 6 })
  impossible(): void {}
}

const policies: RateLimitModuleOptions['policies'] = {
  default: { limit: 2, per: '1m' },
  bucket: { limit: 10, per: '1s', algorithm: 'token-bucket', burst: 25, key: byHeader('host') },
  month: { limit: 1_000_000, per: 'month', algorithm: 'fixed-window', key: byHeader('host') },
  quick: { limit: 100, per: 500, key: byHeader('host') },
};

const fieldsOf = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers as Record<string, string>).filter(([name]) => /ratelimit|retry-after/.test(name)),
  );

describe.each(adapters)('the response fields on %s', (adapter) => {
  const start = (options: RateLimitModuleOptions, clock = new FakeClock()): Promise<LimitedApp> =>
    startLimited({
      adapter,
      controllers: [RootController],
      options: { policies, everyRoute: ['default'], store: new MemoryStore({ clock }), ...options },
    });

  /** The fields of two requests that pass, and of one 15.2 seconds later that does not. */
  async function threeRequests(headers?: RateLimitModuleOptions['headers']): Promise<Record<string, string>[]> {
    const clock = new FakeClock();
    const client = (await start(headers === undefined ? {} : { headers }, clock)).client();
    const responses = [await client.get('/'), await client.get('/')];
    clock.advance(15_200);
    responses.push(await client.get('/'));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 429]);
    return responses.map(fieldsOf);
  }

  it('are those of draft 11: lists with an item for every policy', async () => {
    for (const headers of [undefined, 'draft-11', ['draft-11']] as const) {
      expect(await threeRequests(headers)).toEqual([
        { 'ratelimit-policy': '"default";q=2;w=60', ratelimit: '"default";r=1;t=60' },
        { 'ratelimit-policy': '"default";q=2;w=60', ratelimit: '"default";r=0;t=60' },
        { 'ratelimit-policy': '"default";q=2;w=60', ratelimit: '"default";r=0;t=45', 'retry-after': '45' },
      ]);
    }
  });

  it('may be those of draft 7', async () => {
    const fields = await threeRequests('draft-7');
    expect(
      fields.map(({ ratelimit }) =>
        [...parseDictionary(ratelimit!)].map(([name, [value]]): unknown[] => [name, value]),
      ),
    ).toEqual([
      [
        ['limit', 2],
        ['remaining', 1],
        ['reset', 60],
      ],
      [
        ['limit', 2],
        ['remaining', 0],
        ['reset', 60],
      ],
      [
        ['limit', 2],
        ['remaining', 0],
        ['reset', 45],
      ],
    ]);
    expect(fields.map((each) => each['ratelimit-policy'])).toEqual(['2;w=60', '2;w=60', '2;w=60']);
    expect(fields.map((each) => each['retry-after'])).toEqual([undefined, undefined, '45']);
  });

  it('may be those of draft 6', async () => {
    const fields = await threeRequests('draft-6');
    expect(fields.map((each) => each['ratelimit-policy'])).toEqual(['2;w=60', '2;w=60', '2;w=60']);
    expect(numbers(fields, 'ratelimit')).toEqual([
      [2, 1, 60],
      [2, 0, 60],
      [2, 0, 45],
    ]);
  });

  it('may be those from before the drafts, alone or beside others', async () => {
    const alone = await threeRequests('x-ratelimit');
    expect(numbers(alone, 'x-ratelimit')).toEqual([
      [2, 1, 60],
      [2, 0, 60],
      [2, 0, 45],
    ]);
    expect(alone[2]).not.toHaveProperty('ratelimit');
    const beside = await threeRequests(['draft-11', 'x-ratelimit']);
    expect(numbers(beside, 'x-ratelimit')).toEqual([
      [2, 1, 60],
      [2, 0, 60],
      [2, 0, 45],
    ]);
    expect(beside[2]).toMatchObject({ ratelimit: '"default";r=0;t=45', 'retry-after': '45' });
  });

  it('are the same whether a request passes or not', async () => {
    for (const headers of ['draft-11', 'draft-7', 'draft-6', 'x-ratelimit'] as const) {
      const [first, , refused] = await threeRequests(headers);
      expect([...Object.keys(first!), 'retry-after'].sort()).toEqual(Object.keys(refused!).sort());
    }
  });

  it('may be left out', async () => {
    const fields = await threeRequests(false);
    expect(fields.flatMap((each) => Object.keys(each)).filter((name) => name !== 'retry-after')).toEqual([]);
  });

  it('tell windows in whole seconds, of a bucket the time in which it fills, and none that varies or is shorter', async () => {
    const fields = fieldsOf(await (await start({})).client().get('/several'));
    expect(fields).toEqual({
      'ratelimit-policy': '"default";q=2;w=60,"bucket";q=25;w=3,"month";q=1000000,"quick";q=100',
      ratelimit: expect.stringMatching(
        /^"default";r=1;t=60,"bucket";r=24;t=1,"month";r=999999;t=\d+,"quick";r=99;t=1$/,
      ),
    });
    for (const name of ['ratelimit-policy', 'ratelimit']) expect(parseList(fields[name]!)).toHaveLength(4);
  });

  it('tell no time to wait where waiting does not help', async () => {
    const response = await (await start({})).client().get('/impossible');
    expect(response.status).toBe(429);
    expect(fieldsOf(response)).toEqual({
      'ratelimit-policy': '"default";q=2;w=60,"big";q=5;w=60',
      ratelimit: '"default";r=2,"big";r=5',
    });
  });

  it('carry every name that is allowed', async () => {
    const name = 'a "quoted" \\ name; with=all, (the) rest?';
    const app = await start({ policies: { ...policies, [name]: { limit: 5, per: '1m' } }, everyRoute: [name] });
    const fields = fieldsOf(await app.client().get('/'));
    expect(parseList(fields['ratelimit']!)[0]![0]).toBe(name);
    expect(parseList(fields['ratelimit-policy']!)[0]![0]).toBe(name);
  });
});

/** The three numbers of a format that has a field for each. */
function numbers(fields: readonly Record<string, string>[], prefix: string): unknown[][] {
  return fields.map((each) =>
    ['limit', 'remaining', 'reset'].map((part) => parseItem(each[`${prefix}-${part}`]!)[0] as number),
  );
}
