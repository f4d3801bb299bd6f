import { adapters, type RunningApp } from '../support/apps';
import { Client, tally, times } from '../support/client';
import { rateLimitFields, violatedPolicies } from '../support/rate-limit-fields';
import { startSample } from '../support/sample';

// A machine with much else to do takes its time over a few hundred requests.
jest.setTimeout(30_000);

describe.each(adapters)('limits of the sample from the environment on %s', (adapter) => {
  let sample: RunningApp;
  let client: Client;

  beforeAll(async () => {
    sample = await startSample(adapter, { RATE_LIMIT_REQUESTS: '20', RATE_LIMIT_CHAT: '3' });
  });
  beforeEach(() => {
    client = new Client(sample.url);
  });
  afterAll(() => sample.close());

  it('limits chat by RATE_LIMIT_CHAT', async () => {
    const responses = await times(5, () => client.post('/api/chat', { message: 'hello' }));
    expect(tally(responses)).toEqual({ 200: 3, 429: 2 });
    expect(responses[0]!.body).toEqual({ reply: 'You said: hello' });
    expect(rateLimitFields(responses[0]!)).toMatchObject([
      { policy: 'requests', quota: 20, windowSeconds: 60, remaining: 19 },
      { policy: 'chat', quota: 3, windowSeconds: 60, remaining: 2 },
    ]);
    expect(violatedPolicies(responses[4]!)).toEqual(['chat']);
  });

  it('limits everything together by RATE_LIMIT_REQUESTS, in one bucket a client', async () => {
    const passing = [
      ...(await times(8, () => client.get('/api/v1/items'))),
      ...(await times(4, () => client.post('/api/v1/items', { name: 'kettle' }))),
      ...(await times(3, () => client.get('/api/plans', { 'x-user': 'ada' }))),
      ...(await times(2, () => client.get('/api/reports'))),
      ...(await times(2, () => client.post('/api/login', { username: 'ada', password: 'guess' }))),
      await client.get('/api/burst'),
    ];
    expect(tally(passing)).toEqual({ 200: 14, 201: 4, 401: 2 });
    expect(passing.map((response) => rateLimitFields(response)[0])).toMatchObject(
      passing.map((_, i) => ({ policy: 'requests', quota: 20, remaining: 19 - i })),
    );
    const refused = [
      await client.get('/api/v1/items'),
      await client.post('/api/chat', { message: 'hello' }),
      await client.get('/api/plans', { 'x-user': 'bob', 'x-plan': 'pro' }),
    ];
    for (const refusal of refused) expect(violatedPolicies(refusal)).toEqual(['requests']);
    expect((await new Client(sample.url).get('/api/v1/items')).status).toBe(200);
  });

  it('takes nothing from the other policies of a request that the general limit refuses', async () => {
    await times(20, () => client.get('/api/v1/items'));
    const refusal = await client.post('/api/chat', { message: 'hello' });
    expect(rateLimitFields(refusal)).toMatchObject([
      { policy: 'requests', remaining: 0 },
      { policy: 'chat', remaining: 3 },
    ]);
  });

  it('counts what does not exist in the same bucket', async () => {
    const responses = await times(25, () => client.get('/api/wp-login.php'));
    expect(tally(responses)).toEqual({ 404: 20, 429: 5 });
    expect(rateLimitFields(responses[0]!)).toMatchObject([{ policy: 'requests', remaining: 19 }]);
    expect(violatedPolicies(responses[24]!)).toEqual(['requests']);
    expect(violatedPolicies(await client.get('/api/v1/items'))).toEqual(['requests']);
  });

  it('leaves the list of routes free', async () => {
    const responses = await times(25, () => client.get('/'));
    expect(tally(responses)).toEqual({ 200: 25 });
    expect(responses[24]!.headers).not.toHaveProperty('ratelimit');
    expect(Object.keys(responses[0]!.body)).toContain('GET /api/v1/items');
  });

  it.each([{}, { message: '' }, { message: 'x'.repeat(1001) }, { message: ['hello'] }])(
    'turns down the message %j',
    async (body) => {
      const response = await client.post('/api/chat', body);
      expect(response.status).toBe(400);
      expect(response.body.message).toEqual([expect.stringMatching(/^message: /)]);
    },
  );
});
