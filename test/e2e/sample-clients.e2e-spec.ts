import { adapters, type RunningApp } from '../support/apps';
import { Client, tally, times } from '../support/client';
import { rateLimitFields, violatedPolicies } from '../support/rate-limit-fields';
import { startSample } from '../support/sample';

// A machine with much else to do takes its time over a few hundred requests.
jest.setTimeout(30_000);

describe.each(adapters)('who the sample limits on %s', (adapter) => {
  let sample: RunningApp;
  let client: Client;

  beforeAll(async () => {
    sample = await startSample(adapter);
  });
  beforeEach(() => {
    client = new Client(sample.url);
  });
  afterAll(() => sample.close());

  describe('at the login', () => {
    const attempt = (by: Client, username: unknown) => by.post('/api/login', { username, password: 'guess' });

    it('takes five attempts for one name, however it is written', async () => {
      const names = ['ada', 'ADA', '  ada', 'Ada ', 'aDa', 'ada'];
      const responses = [];
      for (const name of names) responses.push(await attempt(client, name));
      expect(responses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429]);
      expect(violatedPolicies(responses[5]!)).toEqual(['login']);
      expect(rateLimitFields(responses[0]!)).toMatchObject([
        { policy: 'requests' },
        { policy: 'login', quota: 5, windowSeconds: 900, remaining: 4 },
      ]);
    });

    it('still takes other names from the same address, and the same name from others', async () => {
      await times(5, () => attempt(client, 'ada'));
      expect((await attempt(client, 'ada')).status).toBe(429);
      expect((await attempt(client, 'bob')).status).toBe(401);
      expect((await attempt(new Client(sample.url), 'ada')).status).toBe(401);
    });

    it('limits attempts without a name by address', async () => {
      const nameless = [undefined, '', '   ', 7, { not: 'a name' }, null];
      const responses = [];
      for (const name of nameless) responses.push(await attempt(client, name));
      expect(responses.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 429]);
    });
  });

  describe('by plan', () => {
    const plans = (user?: string, plan?: string, by = client) =>
      by.get('/api/plans', { ...(user && { 'x-user': user }), ...(plan && { 'x-plan': plan }) });

    it('lets free users ask 10 times a minute and paying ones 50 times', async () => {
      expect(tally(await times(12, () => plans('ada')))).toEqual({ 200: 10, 429: 2 });
      const paying = await times(52, () => plans('bob', 'pro'));
      expect(tally(paying)).toEqual({ 200: 50, 429: 2 });
      expect(paying[0]!.body).toEqual({ user: 'bob', plan: 'pro', requestsPerMinute: 50 });
      expect(rateLimitFields(paying[0]!)).toMatchObject([
        { policy: 'requests' },
        { policy: 'plans', quota: 50, windowSeconds: 60, remaining: 49 },
      ]);
      expect(violatedPolicies(paying[51]!)).toEqual(['plans']);
    });

    it('finds a user again at another address', async () => {
      await times(10, () => plans('carol'));
      expect(violatedPolicies(await plans('carol', 'free', new Client(sample.url)))).toEqual(['plans']);
    });

    it('counts what a user had before an upgrade', async () => {
      await times(10, () => plans('dan'));
      const upgraded = await plans('dan', 'pro');
      expect(rateLimitFields(upgraded)[1]).toMatchObject({ quota: 50, remaining: 39 });
    });

    it('limits nobody in particular by address, and never together with a user of that name', async () => {
      expect(tally(await times(11, () => plans()))).toEqual({ 200: 10, 429: 1 });
      expect((await plans(client.address)).status).toBe(200);
      expect((await plans(undefined, undefined, new Client(sample.url))).status).toBe(200);
    });

    it('takes an unknown plan for a free one', async () => {
      expect((await plans('erin', 'gold')).body).toMatchObject({ plan: 'free', requestsPerMinute: 10 });
    });
  });
});
