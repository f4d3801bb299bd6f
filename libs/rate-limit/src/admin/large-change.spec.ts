import { isLargeChange } from '../../../admin-ui/src/lib/large-change';
import type { PolicyOptions } from '../core/policy';
import type { PolicyPatch } from '../engine/policy-patch';
import { largeChange } from './large-change';

type Options = Pick<PolicyOptions<never>, 'algorithm' | 'limit' | 'per' | 'burst'>;

const WINDOW: Options = { limit: 12, per: '1m' };
const DAILY: Options = { limit: 100, per: 'day', algorithm: 'fixed-window' };
const BUCKET: Options = { limit: 10, per: '1m', algorithm: 'token-bucket' };
const WIDE: Options = { ...BUCKET, burst: 50 };
const BY_REQUEST: Options = { limit: () => 10, per: '1m' };

const RATE = 'The rate changes from';
const AT_ONCE = 'What is let through at once changes from';

/** As the page is told it. */
const shown = ({ algorithm, limit, per, burst }: Options) => {
  const numberOf = (value: unknown) => (typeof value === 'function' ? null : Number(value));
  const holds = algorithm === 'token-bucket' ? numberOf(burst ?? limit) : null;
  return { limit: numberOf(limit), per: String(per), burst: holds };
};

test.each<[code: Options, patch: PolicyPatch, told: string]>([
  [WINDOW, { per: 60 }, `${RATE} 12 per 1m to 12 per 60 ms, 1,000 times as much`],
  [WINDOW, { per: '60' }, `${RATE} 12 per 1m to 12 per 60 ms, 1,000 times as much`],
  [WINDOW, { limit: 121 }, `${RATE} 12 per 1m to 121 per 1m, 10.1 times as much`],
  [WINDOW, { limit: 1 }, `${RATE} 12 per 1m to 1 per 1m, to 1/12`],
  [WINDOW, { per: '1 day' }, `${RATE} 12 per 1m to 12 per 1 day, to 1/1,440`],
  [WINDOW, { limit: 0 }, `${RATE} 12 per 1m to 0 per 1m`],
  [WINDOW, { limit: 720, per: '1h' }, `${AT_ONCE} 12 to 720, 60 times as much`],
  [{ ...WINDOW, per: 60_000 }, { per: '.5 Secs' }, `${RATE} 12 per 60,000 ms to 12 per .5 Secs, 120 times as much`],
  [{ ...WINDOW, limit: 0 }, { limit: 5 }, `${RATE} 0 per 1m to 5 per 1m`],
  [{ ...BUCKET, limit: 0 }, { limit: 5, burst: 2 }, `${RATE} 0 per 1m to 5 per 1m`],
  [DAILY, { per: '2h' }, `${RATE} 100 per day to 100 per 2h, 12 times as much`],
  [DAILY, { per: 'month' }, `${RATE} 100 per day to 100 per month, to 1/30`],
  [BUCKET, { burst: 101 }, `${AT_ONCE} 10 to 101, 10.1 times as much`],
  [BUCKET, { limit: 600, per: '1h' }, `${AT_ONCE} 10 to 600, 60 times as much`],
  [WIDE, { burst: 4 }, `${AT_ONCE} 50 to 4, to 1/12.5`],
  [BY_REQUEST, { per: '1s' }, `${RATE} its limit per 1m to its limit per 1s, 60 times as much`],
])('%j with %j is more than tenfold, here and in the page', (code, patch, told) => {
  expect([largeChange(code, patch), isLargeChange(shown(code), patch)]).toEqual([told, true]);
});

test.each<[code: Options, patch: PolicyPatch]>([
  [WINDOW, { limit: 120 }],
  [{ ...WINDOW, limit: '12' }, { per: '6 seconds' }],
  [WINDOW, { per: '10 minutes' }],
  [WINDOW, { per: '1500 milliseconds', limit: 2 }],
  [WINDOW, { mode: 'off' }],
  [
    { ...WINDOW, limit: 0 },
    { limit: 0, per: '1s' },
  ],
  [DAILY, { limit: 700, per: 'week' }],
  [DAILY, { limit: 900, per: 'month', mode: 'shadow' }],
  [BUCKET, { limit: 100 }],
  [WIDE, { limit: 600, per: '1h' }],
  [BY_REQUEST, { limit: 1_000 }],
])('%j with %j is not, here and in the page', (code, patch) => {
  expect([largeChange(code, patch), isLargeChange(shown(code), patch)]).toEqual([undefined, false]);
});

test.each<[code: Options, now: PolicyPatch, patch: PolicyPatch, told: string | undefined]>([
  [WINDOW, { limit: 500 }, { limit: 12 }, `${RATE} 500 per 1m to 12 per 1m, to 1/41.7`],
  [WINDOW, { limit: 500 }, { mode: 'shadow' }, `${RATE} 500 per 1m to 12 per 1m, to 1/41.7`],
  [WINDOW, { per: 60 }, {}, `${RATE} 12 per 60 ms to 12 per 1m, to 1/1,000`],
  [BUCKET, { burst: 200 }, { limit: 12 }, `${AT_ONCE} 200 to 12, to 1/16.7`],
  [BY_REQUEST, { per: '1s' }, {}, `${RATE} its limit per 1s to its limit per 1m, to 1/60`],
  [BY_REQUEST, { limit: 1_000 }, {}, undefined],
  [BY_REQUEST, { limit: 1_000, per: '1s' }, {}, undefined],
  [WINDOW, { limit: 500 }, { limit: 400 }, undefined],
])('%j that says %j now is compared with %j, here and in the page', (code, now, patch, told) => {
  expect([largeChange(code, patch, now), isLargeChange(shown(code), patch, now)]).toEqual([told, told !== undefined]);
});
