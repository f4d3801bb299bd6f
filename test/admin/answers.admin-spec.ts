import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { type RedisServer, startRedis } from '../support/redis/index.mjs';
import { type AdminApp, msUntil, startAdmin } from './admin-app';

jest.setTimeout(30_000);

let server: RedisServer;
let document: OpenAPIObject;
let app: AdminApp;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  await server.stop();
});

/** What the document says that an endpoint answers with a status; nothing else fits. */
function schemaOf(method: string, path: string, status: number): z.ZodType {
  const item = document.paths[`/_rate-limit/${path}`] as unknown as Record<
    string,
    { responses: Record<string, { content: Record<string, { schema: object }> }> }
  >;
  const [content] = Object.values(item[method.toLowerCase()]!.responses[String(status)]!.content);
  return z.fromJSONSchema(content!.schema as never, { defaultTarget: 'openapi-3.0' });
}

async function expectAsDocumented<Body = { id: string; version: number }>(
  status: number,
  method: string,
  path: string,
  { actual = path, body, version }: { actual?: string; body?: object; version?: number } = {},
): Promise<Body> {
  const answer = await app.ask<Body>(method, actual, body, version);
  expect([method, actual, answer.status, answer.body]).toEqual([method, actual, status, expect.anything()]);
  const parsed = schemaOf(method, path, status).safeParse(answer.body);
  expect([method, actual, parsed.error?.issues ?? []]).toEqual([method, actual, []]);
  return answer.body;
}

test('what is really answered is what the document says, with nothing missing and nothing more', async () => {
  app = await startAdmin({
    options: { store: { type: 'redis', url: server.url, failBootWithoutStore: true } },
    configure: (nest) => {
      document = SwaggerModule.createDocument(nest, new DocumentBuilder().build());
    },
  });
  const reason = 'a test';
  const scope = { kind: 'key', key: 'header x-user:bob' };
  const recording = { enabled: true, oneIn: 1, reason };
  await expectAsDocumented(200, 'PUT', 'api/recording', { body: recording });
  const input = { policy: 'search', scope, patch: { limit: 7, per: '1m' }, reason };
  const override = await expectAsDocumented(201, 'POST', 'api/overrides', { body: input });
  await expectAsDocumented(412, 'POST', 'api/overrides', { body: input });
  const entryInput = { list: 'ban', match: { kind: 'cidr', cidr: '203.0.113.0/24' }, reason };
  const entry = await expectAsDocumented(201, 'POST', 'api/entries', { body: entryInput });
  await app.ask('POST', 'api/entries', { ...entryInput, match: { kind: 'key', key: 'user:1' } });
  for (let i = 0; i < 8; i++) await Promise.all(['ann', 'bob'].map((user) => app.visit('search', user)));
  await app.visit('search', 'ann', '203.0.113.5');
  await msUntil(async () => (await app.ask<{ count: number }>('GET', 'api/blocked')).body.count > 0);
  await new Promise((resolve) => setTimeout(resolve, 1_200));

  for (const path of [
    'bootstrap',
    'overview',
    'policies',
    'traffic',
    'keys',
    'blocked',
    'entries',
    'overrides',
    'recording',
    'audit',
    'system',
  ]) {
    await expectAsDocumented(200, 'GET', `api/${path}`);
  }
  await expectAsDocumented(200, 'GET', 'api/policies/{name}', { actual: 'api/policies/search' });
  for (const key of ['header x-user:ann', 'header x-user:bob', 'ip:203.0.113.5']) {
    await expectAsDocumented(200, 'GET', 'api/keys/inspect', {
      actual: `api/keys/inspect?key=${encodeURIComponent(key)}`,
    });
  }
  await expectAsDocumented(200, 'POST', 'api/entries/preview', { body: { list: 'allow', match: entryInput.match } });
  const ofEntry = { actual: `api/entries/${entry.id}` };
  await expectAsDocumented(200, 'GET', 'api/entries/{id}', ofEntry);
  const longer = { body: { reason, expiresInMs: 'never' }, version: entry.version };
  await expectAsDocumented(200, 'PATCH', 'api/entries/{id}', { ...ofEntry, ...longer });
  const ofOverride = { actual: `api/overrides/${override.id}` };
  await expectAsDocumented(200, 'GET', 'api/overrides/{id}', ofOverride);
  const change = { body: { patch: { mode: 'shadow' }, reason }, version: override.version };
  await expectAsDocumented(200, 'PUT', 'api/overrides/{id}', { ...ofOverride, ...change });
  await expectAsDocumented(412, 'PUT', 'api/overrides/{id}', { ...ofOverride, ...change });
  const rollback = { body: { toVersion: 1, reason }, version: override.version + 1 };
  const rolledBack = { actual: `${ofOverride.actual}/rollback`, ...rollback };
  await expectAsDocumented(200, 'POST', 'api/overrides/{id}/rollback', rolledBack);
  await expectAsDocumented(200, 'POST', 'api/simulate', { body: { policy: 'search', patch: { limit: 2 } } });
  await expectAsDocumented(200, 'POST', 'api/keys/reset', { body: { keys: ['header x-user:ann'], reason } });
  const { entries } = await expectAsDocumented<{ entries: { id: string }[] }>(200, 'GET', 'api/audit');
  await expectAsDocumented(200, 'GET', 'api/audit/{id}', { actual: `api/audit/${entries[0]!.id}` });
  await expectAsDocumented(400, 'POST', 'api/overrides', { body: { policy: 'search' } });
  await expectAsDocumented(404, 'GET', 'api/overrides/{id}', { actual: 'api/overrides/none' });
  await expectAsDocumented(428, 'PUT', 'api/overrides/{id}', { ...ofOverride, body: change.body });
});
