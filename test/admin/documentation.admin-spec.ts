import { readFileSync } from 'node:fs';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { startAdmin } from './admin-app';
import { READER_STATUSES } from './reader-statuses';

type Schema = { readonly properties?: Readonly<Record<string, unknown>>; readonly required?: readonly string[] };
interface Operation {
  readonly description?: string;
  readonly parameters: readonly { readonly in: string; readonly name: string; readonly required: boolean }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
}

const text = readFileSync('docs/admin-api.md', 'utf8');
/** Cells of the rows whose first names a request. */
const rows = new Map(
  Array.from(text.matchAll(/^\| `([A-Z]+ api[^`]*)` +\|(.*)\|$/gm), ([, request, cells]) => [
    request!,
    cells!.split('|').map((cell) => cell.trim()),
  ]),
);
let document: OpenAPIObject;

beforeAll(async () => {
  await startAdmin({
    configure: (app) => {
      document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    },
  });
});

test('docs/admin-api.md has a row for each endpoint, and for no other', () => {
  expect([...rows.keys()].sort()).toEqual(Object.keys(READER_STATUSES).sort());
});

test.each([...rows.keys()])('the row of %s says what it takes, which role it needs and what it answers', (request) => {
  const [role, takes = '', answers = '', also] = rows.get(request)!;
  const [method = '', path = ''] = request.split(' ');
  const item = document.paths[`/_rate-limit/${path.replace(/:(\w+)/g, '{$1}')}`];
  const operation = (item as unknown as Record<string, Operation>)[method.toLowerCase()]!;
  expect(role).toBe(/role `(\w+)`/.exec(operation.description ?? '')?.[1] ?? '–');

  const query = operation.parameters.filter((parameter) => parameter.in === 'query');
  const { properties = {}, required = [] } = operation.requestBody?.content['application/json']?.schema ?? {};
  const fields = [
    ...query.map((parameter) => parameter.name + (parameter.required ? '' : '?')),
    ...Object.keys(properties).map((name) => name + (required.includes(name) ? '' : '?')),
  ];
  expect([...takes.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual(fields);
  expect(takes.startsWith('**v**')).toBe(operation.parameters.some(({ name }) => name === 'If-Match'));

  const statuses = Object.keys(operation.responses);
  expect(answers.slice(0, 3)).toBe(statuses[0]);
  const [, type] = /^\d+ `(\w+)`/.exec(answers) ?? [];
  if (type !== undefined) expect(exported).toContain(type);
  expect(also?.match(/\d+/g) ?? []).toEqual(statuses.filter((status) => status === '404' || status === '412'));
});

test('docs/admin-api.md has each code of an error, with its status', () => {
  const source = readFileSync('libs/rate-limit/src/admin/admin-error.ts', 'utf8');
  const codes = Array.from(source.matchAll(/^ {2}'?([a-z-]+)'?: \[(\d{3}),/gm), ([, code, status]) => ({
    code,
    status,
  }));
  expect(codes.length).toBeGreaterThan(10);
  for (const { code, status } of codes) expect(text).toMatch(new RegExp(`^\\| ${status} .*\`${code}\``, 'm'));
});

const exported = [
  'session',
  'traffic',
  'policies',
  'overrides',
  'lists',
  'keys',
  'simulation',
  'audit',
  'system',
].flatMap((name) =>
  Array.from(
    readFileSync(`libs/rate-limit/src/admin/api/${name}.ts`, 'utf8').matchAll(/^export interface (\w+)/gm),
    ([, found]) => found,
  ),
);
