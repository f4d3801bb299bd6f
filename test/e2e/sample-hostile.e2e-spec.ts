import { attack } from '../load/hostile/attack.mjs';
import { adapters } from '../support/apps';
import { Client } from '../support/client';
import { startSample } from '../support/sample';

// The short form of test/load/hostile-requests.mjs, which also looks at the memory.
describe.each(adapters)('the sample on %s under hostile requests', (adapter) => {
  it('answers 5,000 of them without a 5xx, and logs no error', async () => {
    const complaints = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const sample = await startSample(adapter, { RATE_LIMIT_REQUESTS: '1000000' });
    try {
      const { outcomes, violations } = await attack({ port: sample.port, count: 5000, seed: 7 });
      expect(violations).toEqual([]);
      expect(outcomes).toMatchObject({ 200: expect.any(Number), 400: expect.any(Number), 429: expect.any(Number) });
      expect(complaints.mock.calls).toEqual([]);
      expect((await new Client(sample.url, '192.0.2.1').get('/api/v1/items')).status).toBe(200);
    } finally {
      complaints.mockRestore();
      await sample.close();
    }
    // 5,000 requests one after another take a busy machine long.
  }, 120_000);
});
