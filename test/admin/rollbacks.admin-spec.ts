import type { AuditPage, Override, OverrideDetail, OverridePatch } from 'nest-floodgate/admin';
import { type AdminApp, startAdmin } from './admin-app';

jest.setTimeout(30_000);

const reason = 'a test';
const confirm = 'search';

/** An override of `search`, which code gives 5 a minute, with a version for each patch; `null` takes it back. */
async function versions(app: AdminApp, first: OverridePatch, ...others: readonly (OverridePatch | null)[]) {
  const scope = { kind: 'policy' };
  const made = await app.ask<Override>('POST', 'api/overrides', {
    ...{ policy: 'search', scope, patch: first, reason, confirm },
  });
  const path = `api/overrides/${made.body.id}`;
  for (const [index, patch] of others.entries()) {
    if (patch === null) await app.ask('DELETE', path, { reason }, index + 1);
    else await app.ask('PUT', path, { patch, reason, confirm }, index + 1);
  }
  const body = { toVersion: 1, reason };
  return (more: object = {}) =>
    app.ask<OverrideDetail>('POST', `${path}/rollback`, { ...body, ...more }, others.length + 1);
}

const TO_500 = 'The rate changes from 5 per 1m to 500 per 1m, 100 times as much';

test.each<[what: string, patches: [OverridePatch, OverridePatch | null], told: string]>([
  ['of what code says', [{ limit: 500 }, { limit: 6 }], TO_500],
  ['of what code says, be it that less is changed', [{ limit: 500 }, { limit: 400 }], TO_500],
  ['and enforces what is tried', [{ limit: 500 }, { limit: 500, mode: 'shadow' }], TO_500],
  ['of what holds since it was taken back', [{ limit: 500 }, null], TO_500],
  ['of what is in force', [{ limit: 6 }, { limit: 600 }], 'The rate changes from 600 per 1m to 6 per 1m, to 1/100'],
  [
    'of a window that is in force',
    [{ mode: 'enforce' }, { limit: 5, per: '1s' }],
    'The rate changes from 5 per 1s to 5 per 1m, to 1/60',
  ],
])('a rollback that is more than tenfold %s is confirmed by name', async (_, patches, told) => {
  const app = await startAdmin();
  const rollBack = await versions(app, ...patches);
  const message = `${told}: confirm it by the name "search".`;
  for (const given of [{}, { confirm: 'login' }]) {
    expect(await rollBack(given)).toMatchObject({
      status: 400,
      body: { code: 'invalid', fields: [{ path: 'confirm', message }] },
    });
  }
  expect(await rollBack({ confirm })).toMatchObject({ status: 200, body: { version: 3, patch: patches[0] } });
  const { entries } = (await app.ask<AuditPage>('GET', 'api/audit?action=override.rollback')).body;
  expect(entries.map(({ outcome }) => outcome)).toEqual(['done', 'refused', 'refused']);
});

test.each<[what: string, patches: [OverridePatch, OverridePatch]]>([
  ['of neither', [{ limit: 40 }, { limit: 6 }]],
  ['of what is only tried in shadow', [{ limit: 1 }, { limit: 20, mode: 'shadow' }]],
])('a rollback that is more than tenfold %s needs no name', async (_, patches) => {
  const rollBack = await versions(await startAdmin(), ...patches);
  expect(await rollBack()).toMatchObject({ status: 200, body: { patch: patches[0] } });
});
