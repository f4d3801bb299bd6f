import { byIp, byUser, compose } from 'nest-floodgate';
import type { Config } from './config';
import { byLoginName } from './demos/login.controller';
import { limitOfPlan } from './demos/plans.controller';
import { costOfReport } from './demos/reports.controller';

/** Every limit of the app. Those without a `key` are by the client's address. */
export function policiesOf({ limits }: Config) {
  return {
    /** On every route, all of them together: one bucket a client. */
    requests: { limit: limits.requests, per: '1m' },

    /** Apart, so that a client that has written its share can still read. */
    read: { limit: 100, per: '15m' },
    write: { limit: 60, per: '15m' },

    chat: { limit: limits.chat, per: '1m' },

    /** Address and name together: guessing one name's password locks out neither its owner elsewhere nor other names. */
    login: {
      limit: 5,
      per: '15m',
      key: compose(byIp(), byLoginName),
      // Who goes on guessing all the same is not even asked for fifteen minutes, and twice as long each time after.
      ban: { after: 30, within: '5m', for: '15m', factor: 2, max: '24h' },
    },

    /** Units, not requests: a report takes one for every month it covers. */
    reports: { limit: 24, per: '1m', cost: costOfReport },

    /** More for those who pay. */
    plans: { limit: limitOfPlan, per: '1m', key: byUser() },

    /** Ten at once and then one a second; but however they are spread, never more than twelve in a minute. */
    burst: { algorithm: 'token-bucket', limit: 60, per: '1m', burst: 10 },
    sustained: { limit: 12, per: '1m' },
  } as const;
}
