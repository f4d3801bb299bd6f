import { adapters, type RunningApp } from '../support/apps';
import { Client, tally, times } from '../support/client';
import { rateLimitFields, violatedPolicies } from '../support/rate-limit-fields';
import { startSample } from '../support/sample';

// A machine with much else to do takes its time over a few hundred requests.
jest.setTimeout(30_000);

describe.each(adapters)('items of the sample on %s', (adapter) => {
  let sample: RunningApp;
  let client: Client;
  const read = () => client.get('/api/v1/items');
  const write = () => client.post('/api/v1/items', { name: 'kettle' });

  beforeAll(async () => {
    sample = await startSample(adapter);
  });
  beforeEach(() => {
    client = new Client(sample.url);
  });
  afterAll(() => sample.close());

  it('lets exactly 100 of 105 reads pass', async () => {
    const responses = await times(105, read);
    expect(responses.map(({ status }) => status)).toEqual([
      ...Array<number>(100).fill(200),
      ...Array<number>(5).fill(429),
    ]);
    for (const [i, response] of responses.entries()) {
      expect(rateLimitFields(response)).toMatchObject([
        { policy: 'requests', quota: 200, windowSeconds: 60, remaining: Math.max(100, 199 - i) },
        { policy: 'read', quota: 100, windowSeconds: 900, remaining: Math.max(0, 99 - i) },
      ]);
    }
    for (const refusal of responses.slice(100)) expect(violatedPolicies(refusal)).toEqual(['read']);
    expect(responses[99]!.headers['retry-after']).toBeUndefined();
  });

  it('lets exactly 100 of 150 reads pass that arrive together', async () => {
    const responses = await Promise.all(Array.from({ length: 150 }, read));
    expect(tally(responses)).toEqual({ 200: 100, 429: 50 });
  });

  it('leaves other clients alone', async () => {
    await times(101, read);
    expect((await read()).status).toBe(429);
    const other = await new Client(sample.url).get('/api/v1/items');
    expect(other.status).toBe(200);
    expect(rateLimitFields(other)).toMatchObject([{ remaining: 199 }, { remaining: 99 }]);
  });

  it('limits reads and writes apart', async () => {
    expect(tally(await times(65, write))).toEqual({ 201: 60, 429: 5 });
    expect(violatedPolicies(await write())).toEqual(['write']);
    expect(tally(await times(105, read))).toEqual({ 200: 100, 429: 5 });
    expect(violatedPolicies(await write())).toEqual(['write']);
  });

  it('creates items, and lists the newest', async () => {
    const created = await client.post('/api/v1/items', { name: '  tea  ' });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({ id: expect.any(Number), name: 'tea' });
    const others = [new Client(sample.url), new Client(sample.url)];
    for (const other of others) await times(50, () => other.post('/api/v1/items', { name: 'cup' }));
    const { items } = (await read()).body;
    expect(items).toHaveLength(100);
    expect(items[0]).not.toEqual(created.body);
    expect(items[99].name).toBe('cup');
  });

  it.each([
    ['no body', undefined, /object/],
    ['no name', {}, /^name: /],
    ['an empty name', { name: '   ' }, /^name: /],
    ['a long name', { name: 'x'.repeat(101) }, /^name: /],
    ['a name that is no text', { name: 7 }, /^name: /],
  ])('turns down %s with a 400 that says why', async (_what, body, why) => {
    const response = await client.post('/api/v1/items', body);
    expect(response.status).toBe(400);
    expect(response.body.message).toEqual([expect.stringMatching(why)]);
    expect(rateLimitFields(response)).toMatchObject([{ policy: 'requests' }, { policy: 'write', remaining: 59 }]);
  });

  it('turns down a body that is no JSON', async () => {
    const response = await client.post('/api/v1/items', '{"name":', { 'content-type': 'application/json' });
    expect(response.status).toBe(400);
  });
});

describe.each(adapters)('the sample on %s without a proxy', (adapter) => {
  it('believes no X-Forwarded-For', async () => {
    const sample = await startSample(adapter, { TRUSTED_PROXIES: '' });
    try {
      const responses = await times(105, () => new Client(sample.url).get('/api/v1/items'));
      expect(tally(responses)).toEqual({ 200: 100, 429: 5 });
    } finally {
      await sample.close();
    }
  });
});
