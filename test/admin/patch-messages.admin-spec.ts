import { startAdmin } from './admin-app';

jest.setTimeout(30_000);

const WHOLE = /^Write a whole number from 0 to 1,000,000,000\.$/;
const PER = /Write milliseconds.*, or text such as "10s", "15m", "1h", "7d"\.$/;

test('what is wrong with a number or a window is said in the same words by a change and by a simulation', async () => {
  const app = await startAdmin();
  const rows = [
    [{ limit: -1 }, 'patch.limit', WHOLE],
    [{ limit: 1.5 }, 'patch.limit', WHOLE],
    [{ limit: 1e20 }, 'patch.limit', WHOLE],
    [{ limit: null }, 'patch.limit', WHOLE],
    [{ per: 0 }, 'patch.per', PER],
    [{ per: true }, 'patch.per', PER],
    [{ per: 'abc' }, 'patch', /^patch\.per is "abc", no duration\. .*"7d"\.$/],
  ] as const;
  for (const [patch, path, message] of rows) {
    const about = { policy: 'search', patch };
    const answers = [
      await app.ask('POST', 'api/overrides', { ...about, scope: { kind: 'policy' }, reason: 'a test' }),
      await app.ask('POST', 'api/simulate', about),
    ];
    for (const { status, body } of answers) {
      expect([patch, status, body]).toMatchObject([
        patch,
        400,
        { fields: [{ path, message: expect.stringMatching(message) }] },
      ]);
    }
  }
});
