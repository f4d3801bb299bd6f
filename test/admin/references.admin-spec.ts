import type { BlockedList, KeyInspection, Overview } from 'nest-floodgate/admin';
import { POLICIES, startAdmin, TOKEN } from './admin-app';

jest.setTimeout(30_000);

/** Keys as a JSON body may bring them: half of a pair of characters is a string as well. */
const key = {
  kind: 'name',
  resolve: ({ request }: { readonly request: { readonly headers: Readonly<Record<string, unknown>> } }) =>
    JSON.parse(`"${String(request.headers['x-user'])}"`) as string,
};
const policies = { ...POLICIES, search: { limit: 1, per: '1m', key } };
const HALF = '\\ud800half';

test('a key that is no proper text is shown as one, and the reference means exactly that key', async () => {
  const app = await startAdmin({ options: { policies } });
  for (let i = 0; i < 3; i++) await app.visit('search', HALF);
  const [found] = (await app.ask<BlockedList>('GET', 'api/blocked')).body.blocked;
  expect(found!.key.text).toBe('name:\ufffdhalf');
  const ref = found!.key.ref!;
  const asked = `api/keys/inspect?key=${encodeURIComponent(ref)}`;
  expect((await app.ask<KeyInspection>('GET', asked)).body.policies).toMatchObject([{ state: 'blocked' }]);
  const reset = () => app.ask('POST', 'api/keys/reset', { keys: [ref], reason: 'a test' });
  await reset();
  expect((await app.visit('search', HALF)).status).toBe(200);
  const match = { kind: 'key', key: ref };
  expect((await app.ask('POST', 'api/entries', { list: 'ban', match, reason: 'a test' })).status).toBe(201);
  await reset();
  expect((await app.visit('search', HALF)).status).toBe(429);
  const { topDenied } = (await app.ask<Overview>('GET', 'api/overview')).body;
  expect(topDenied.filter(({ key: { text } }) => /\p{Surrogate}/u.test(text))).toEqual([]);
});

test('a key that is hidden has the same reference each time', async () => {
  const app = await startAdmin({ options: { policies } }, { token: TOKEN, redactKey: () => 'hidden' });
  for (const user of ['ann', 'bob']) for (let i = 0; i < 3; i++) await app.visit('search', user);
  const refs = async (): Promise<(string | null)[]> =>
    (await app.ask<BlockedList>('GET', 'api/blocked')).body.blocked.map(({ key: { ref } }) => ref).sort();
  const first = await refs();
  expect(new Set(first).size).toBe(2);
  expect(await refs()).toEqual(first);
});
