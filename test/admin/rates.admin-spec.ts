import type { PolicyDetail, PolicyList, TrafficSeries } from 'nest-floodgate/admin';
import { until } from '../support/load-until';
import { type AdminApp, startAdmin } from './admin-app';

jest.setTimeout(30_000);

/** What says something of the last seconds, and how many a second of the policy it has last heard of. */
const LOOKS: readonly (readonly [string, (app: AdminApp) => Promise<number>])[] = [
  [
    'api/policies',
    async (app) => (await app.ask<PolicyList>('GET', 'api/policies')).body.policies[0]!.traffic.perSecond.allowed,
  ],
  [
    'api/policies/search',
    async (app) => (await app.ask<PolicyDetail>('GET', 'api/policies/search')).body.traffic.perSecond.allowed,
  ],
  [
    'api/traffic',
    async (app) => (await app.ask<TrafficSeries>('GET', 'api/traffic?policy=search')).body.points.at(-1)?.allowed ?? 0,
  ],
];

test.each(LOOKS)('%s knows the rate of the last seconds though nobody has asked for anything else', async (_, look) => {
  const app = await startAdmin();
  await look(app);
  await until('a rate to be told', async () => {
    await app.visit('search', String(Math.random()));
    return (await look(app)) > 0;
  });
});
