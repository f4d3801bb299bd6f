import { StoreUnavailableError } from '../../core/errors';
import { readCallFailure } from './redis-store-errors';

const NODE = '10.0.0.1:6379';

test.each([
  ['LOADING Redis is loading the dataset in memory', 'one', false],
  ['NOAUTH Authentication required.', 'one', false],
  ['MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to no.', 'one', false],
  ["NOPERM User default has no permissions to run the 'evalsha' command", 'none', false],
  ["OOM command not allowed when used memory > 'maxmemory'.", 'none', false],
  ["READONLY You can't write against a read only replica.", 'none', false],
  ['CLUSTERDOWN The cluster is down', 'none', false],
  ['Too many Cluster redirections. Last error: ReplyError: MOVED 1 10.0.0.2:6379', 'none', false],
  ['WRONGTYPE Operation against a key holding the wrong kind of value', 'none', false],
  ['ERR the clocks of Redis and of its client differ by more than a calendar window', 'none', false],
  ['ERR something new', 'none', true],
  ['Connection is closed.', 'lost', true],
  ["Stream isn't writeable and enableOfflineQueue options is false", 'lost', false],
  [
    'Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.',
    'lost',
    true,
  ],
])('reads %j', (message, weight, mayHaveExecuted) => {
  const cause = new Error(message);
  const failure = readCallFailure(NODE, cause);
  expect(failure).toMatchObject({ weight, error: { mayHaveExecuted, cause, code: 'STORE_UNAVAILABLE' } });
  expect(failure.error.message).toContain(NODE);
  // After what went wrong stands what to do, or that there is nothing to do.
  expect(failure.error.message).toMatch(/[.)] [A-Z][^.]+[.]/);
});

test('knows a broken connection by the code of the socket', () => {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  expect(readCallFailure(NODE, cause).weight).toBe('lost');
});

test('hands on what is a StoreUnavailableError already', () => {
  const error = new StoreUnavailableError('gone', false);
  expect(readCallFailure(NODE, error)).toEqual({ error, weight: 'none' });
});
