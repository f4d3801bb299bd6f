import { readWrk } from '../../bench/wrk.mjs';

const RESULT = `Running 1s test @ http://127.0.0.1:3000/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.94ms  412.20us   9.66ms   90.12%
    Req/Sec    33.10k     1.52k   35.40k    70.00%
  36216 requests in 1.10s, 13.12MB read
`;
const RATES = 'Requests/sec:  32953.20\nTransfer/sec:     11.94MB\n';

test('what wrk prints is read: answers, and as many a second', () => {
  expect(readWrk(RESULT + RATES)).toEqual({ answered: 36216, others: 0, failed: 0, perSecond: 32953.2 });
});

test('other statuses and failures are told, which wrk leaves out where there are none', () => {
  const failures = '  Socket errors: connect 1, read 20, write 300, timeout 4000\n  Non-2xx or 3xx responses: 36152\n';
  const read = { answered: 36216, others: 36152, failed: 4321, perSecond: 32953.2 };
  expect(readWrk(RESULT + failures + RATES)).toEqual(read);
});

test('a text without a result is shown, and is no load of nothing', () => {
  expect(() => readWrk('unable to connect to 127.0.0.1:3000')).toThrow(/no result:\nunable to connect/);
});
