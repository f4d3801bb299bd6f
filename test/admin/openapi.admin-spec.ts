import { type INestApplication, VersioningType } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { adapters } from '../support/apps';
import { startAdmin, TOKEN } from './admin-app';
import { type MountedRoute, routesOf } from './admin-routes';

jest.setTimeout(30_000);

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'options', 'head', 'search', 'query'] as const;

function operationsOf(document: OpenAPIObject, mount: string): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith(mount)) continue;
    for (const method of METHODS) {
      const operation = (item as Record<string, Operation | undefined>)[method];
      if (operation !== undefined) operations.set(`${method.toUpperCase()} ${path.slice(mount.length)}`, operation);
    }
  }
  return operations;
}

/** A schema by its way through the document; fails where there is none. */
function schemaAt(body: unknown, type = 'application/json'): Record<string, unknown> {
  const { content } = body as { content?: Record<string, { schema?: Record<string, unknown> }> };
  const schema = content?.[type]?.schema;
  if (schema === undefined) throw new Error(`There is no ${type} in ${JSON.stringify(body)}`);
  return schema;
}

describe.each(adapters)('on %s', (adapter) => {
  const documentOf = async (options?: Parameters<typeof startAdmin>[1], settings?: (app: INestApplication) => void) => {
    let document: OpenAPIObject | undefined;
    let routes: (() => readonly MountedRoute[]) | undefined;
    await startAdmin(
      {
        adapter,
        configure: (app) => {
          settings?.(app);
          routes = routesOf(app);
          document = SwaggerModule.createDocument(app, new DocumentBuilder().addBearerAuth().build());
        },
      },
      options,
    );
    return { document: document!, routes: routes!() };
  };

  test('the document has every endpoint that the router has, and nothing of the page', async () => {
    const { document, routes } = await documentOf();
    const mount = '/_rate-limit/';
    const mounted = routes.filter(({ path, method }) => path.startsWith(`${mount}api/`) && method !== 'rest');
    const wanted = mounted
      .filter(({ path }) => !path.endsWith('/'))
      .map(({ path, method }) => `${method} ${path.slice(mount.length).replace(/:(\w+)/g, '{$1}')}`);
    expect([...operationsOf(document, mount).keys()].sort()).toEqual(wanted.sort());
    expect(Object.keys(document.paths).filter((path) => /assets|_rate-limit\/?$/.test(path))).toEqual([]);
  });

  test('every endpoint has what a client needs: name, tag, parameters, requests, answers, statuses, security', async () => {
    const { document } = await documentOf();
    const ids = new Set<string>();
    for (const [name, operation] of operationsOf(document, '/_rate-limit/')) {
      const { operationId, summary, tags, parameters = [], requestBody, responses, security } = operation;
      ids.add(operationId ?? '');
      expect([name, summary, tags]).toEqual([name, expect.stringMatching(/.{5}/), ['Rate limits']]);
      const isOpen = / api\/session$/.test(name);
      expect([name, security]).toEqual([name, isOpen ? undefined : [{ bearer: [] }]]);
      const named = parameters.map((parameter) => ('name' in parameter ? `${parameter.in} ${parameter.name}` : ''));
      for (const [, parameter] of name.matchAll(/\{(\w+)\}/g)) expect(named).toContain(`path ${String(parameter)}`);
      const isChange = !name.startsWith('GET ');
      expect([name, named.includes('header X-RateLimit-Admin')]).toEqual([name, isChange]);
      expect([name, requestBody !== undefined]).toEqual([name, isChange]);
      const success = Object.keys(responses).filter((status) => Number(status) < 300);
      expect([name, success.length]).toEqual([name, 1]);
      if (success[0] !== '204' && !/export|stream/.test(name)) {
        expect([name, schemaAt(responses[success[0]!]).type]).toEqual([name, 'object']);
      }
      for (const [status, response] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        expect(schemaAt(response, 'application/problem+json').required).toContain('code');
      }
    }
    expect(ids.size).toBe(operationsOf(document, '/_rate-limit/').size);
    expect(document.components?.securitySchemes).toHaveProperty('bearer');
  });

  test('schemas are those of what is checked and answered', async () => {
    const { document } = await documentOf();
    const operations = operationsOf(document, '/_rate-limit/');
    const create = operations.get('POST api/overrides')!;
    const input = schemaAt(create.requestBody);
    expect(input.required).toEqual(['policy', 'scope', 'patch', 'reason']);
    expect(input).toMatchObject({
      additionalProperties: false,
      properties: { patch: { properties: { limit: { type: 'integer', minimum: 0 } } }, reason: { maxLength: 500 } },
    });
    expect(schemaAt(create.responses['201'])).toMatchObject({
      properties: {
        id: { type: 'string' },
        expiresAtMs: { type: 'integer', nullable: true },
        revisions: { type: 'array' },
      },
    });
    expect(Object.keys(create.responses)).toEqual(['201', '400', '401', '403', '412', '415', '429', '503']);
    const rollback = schemaAt(operations.get('POST api/overrides/{id}/rollback')!.requestBody);
    expect(rollback.required).toEqual(['toVersion', 'reason']);
    expect(rollback).toMatchObject({
      properties: { confirm: { type: 'string', description: expect.stringContaining('tenfold') } },
    });
    const inspect = operations.get('GET api/keys/inspect')!;
    expect(inspect.parameters).toMatchObject([
      { in: 'query', name: 'key', required: true, schema: { type: 'string' } },
    ]);
    const change = operations.get('PUT api/overrides/{id}')!;
    expect(change.parameters).toContainEqual(
      expect.objectContaining({ in: 'header', name: 'If-Match', required: true }),
    );
    expect(Object.keys(change.responses)).toEqual(expect.arrayContaining(['200', '404', '412', '428']));
    expect(schemaAt(operations.get('GET api/stream')!.responses['200'], 'text/event-stream')).toHaveProperty(
      'properties',
    );
    expect(schemaAt(operations.get('GET api/audit/export')!.responses['200'], 'text/csv').type).toBe('string');
  });

  test('behind guards nobody is told of tokens, and the prefix and versions of the app are in the paths', async () => {
    const { document } = await documentOf({ guards: [], allowUnauthenticated: true, path: 'limits' }, (app) => {
      app.setGlobalPrefix('v1');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '2' });
    });
    const overview = operationsOf(document, '/v1/limits/').get('GET api/overview')!;
    expect(overview.security).toBeUndefined();
    expect(operationsOf(document, '/v1/limits/').size).toBeGreaterThan(30);
  });

  test('the document is served as JSON', async () => {
    const app = await startAdmin({
      adapter,
      configure: (nest) => {
        const document = SwaggerModule.createDocument(nest, new DocumentBuilder().build());
        SwaggerModule.setup('docs', nest, document, { ui: false });
      },
    });
    const document = (await (await fetch(`${app.url}/docs-json`)).json()) as OpenAPIObject;
    expect(document.paths).toHaveProperty(['/_rate-limit/api/overview', 'get', 'responses', '200']);
    expect(JSON.stringify(document)).not.toContain(TOKEN);
  });
});
