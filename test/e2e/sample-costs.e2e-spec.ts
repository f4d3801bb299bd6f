import { setTimeout as pause } from 'node:timers/promises';
import { adapters, type RunningApp } from '../support/apps';
import { Client, tally } from '../support/client';
import { rateLimitFields, violatedPolicies } from '../support/rate-limit-fields';
import { startSample } from '../support/sample';

describe.each(adapters)('costs and bursts of the sample on %s', (adapter) => {
  let sample: RunningApp;
  let client: Client;

  beforeAll(async () => {
    sample = await startSample(adapter);
  });
  beforeEach(() => {
    client = new Client(sample.url);
  });
  afterAll(() => sample.close());

  const report = (months: string) => client.get(`/api/reports?months=${months}`);
  const left = async (months: string) => rateLimitFields(await report(months))[1]!.remaining;

  it('charges a report by its months', async () => {
    expect(await left('12')).toBe(12);
    expect(await left('5')).toBe(7);
    expect(violatedPolicies(await report('8'))).toEqual(['reports']);
    const fitting = await report('7');
    expect(fitting.body).toEqual({ months: 7, total: 7000 });
    expect(rateLimitFields(fitting)[1]).toMatchObject({ policy: 'reports', quota: 24, remaining: 0 });
    // Every report is one request, whatever it costs.
    expect(rateLimitFields(fitting)[0]).toMatchObject({ policy: 'requests', remaining: 197 });
  });

  it('takes one month where none is asked for', async () => {
    expect((await client.get('/api/reports')).body.months).toBe(1);
  });

  it.each(['0', '13', '-1', '1.5', '1e1', 'all', '', '999999999999999999999', '1&months=2', '%00'])(
    'turns down months=%s for one unit',
    async (months) => {
      const response = await report(months);
      expect(response.status).toBe(400);
      expect(response.body.message).toHaveLength(1);
      expect(rateLimitFields(response)[1]).toMatchObject({ remaining: 23 });
    },
  );

  it('admits a burst of 10, then one a second, and never more than 12 in a minute', async () => {
    const burst = () => client.get('/api/burst');
    const start = performance.now();
    const together = await Promise.all(Array.from({ length: 15 }, burst));
    const seconds = (performance.now() - start) / 1000;
    let admitted = tally(together)[200]!;
    expect(admitted).toBeGreaterThanOrEqual(10);
    expect(admitted).toBeLessThanOrEqual(10 + Math.floor(seconds));
    expect(together.filter(({ status }) => status === 429).flatMap(violatedPolicies)).toContain('burst');
    expect(rateLimitFields(together[0]!)).toMatchObject([
      { policy: 'requests', quota: 200 },
      { policy: 'burst', quota: 10, windowSeconds: 10 },
      { policy: 'sustained', quota: 12, windowSeconds: 60 },
    ]);

    // One more each second, until there is room in the bucket but none in the window.
    let refusedBy: string[] = [];
    while (refusedBy.join() !== 'sustained') {
      await pause(500);
      const response = await burst();
      if (response.status === 200) admitted++;
      else refusedBy = violatedPolicies(response);
    }
    expect(admitted).toBe(12);
  }, 30_000);
});
