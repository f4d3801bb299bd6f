import { type HealthCheck, runChecks } from './health-report';

const well: HealthCheck = () => ({ disk: { status: 'up' } });

test('a check that throws or comes late is down, and the others count', async () => {
  const failing: HealthCheck = () => Promise.reject(new Error('It is full.'));
  const endless: HealthCheck = () => new Promise(() => undefined);
  const { status, info, error } = await runChecks([well, failing, endless], 10);
  expect(status).toBe('error');
  expect(info).toEqual({ disk: { status: 'up' } });
  expect(error).toEqual({
    'check 2': { status: 'down', message: 'It is full.' },
    'check 3': { status: 'down', message: 'There was no answer within 10 ms.' },
  });
});

test.each([
  ['nothing', undefined, 'undefined'],
  ['a word', 'ok', '"ok"'],
  ['a status without details', { disk: 'up' }, 'an object'],
])('a check that returns %s is down, with the reason', async (_, result, shown) => {
  const report = await runChecks([well, () => result as never], 1_000);
  const message = `It returned ${shown}, which is no result of a check.`;
  expect(report).toMatchObject({ status: 'error', error: { 'check 2': { status: 'down', message } } });
});
