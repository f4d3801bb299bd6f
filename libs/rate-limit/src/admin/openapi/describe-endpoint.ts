import { ADMIN_HEADER } from '../api';
import type { AdminEndpoint } from '../http/routes';
import { type JsonSchema, jsonSchemaOf } from './json-schema';
import { operationOf } from './operations';
import { refusalsOf } from './refusals';
import { problem } from './shared-answers';

/**
 * Where `@nestjs/swagger` looks. Its decorators write the same; by these names nothing has to be installed or loaded.
 * Schemas are made when a document is asked for, not at each start.
 */
const OPERATION = 'swagger/apiOperation';
const PARAMETERS = 'swagger/apiParameters';
const RESPONSES = 'swagger/apiResponse';
const TAGS = 'swagger/apiUseTags';
const SECURITY = 'swagger/apiSecurity';
const EXCLUDED = 'swagger/apiExcludeEndpoint';

/** As `DocumentBuilder.addBearerAuth()` calls it, unless it is told otherwise. */
const BEARER = 'bearer';

interface Parameter {
  readonly in: 'path' | 'query' | 'header' | 'body';
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
  /** As its decorators have it where a schema says everything. */
  readonly type: typeof String;
}

/** Says of a handler what `@nestjs/swagger` is to write into its document. `byToken`: whoever calls it sends a token. */
export function describeEndpoint(handler: object, endpoint: AdminEndpoint, byToken: boolean): void {
  const { summary } = operationOf(endpoint);
  const role = endpoint.role === null ? {} : { description: `Needs the role \`${endpoint.role}\`.` };
  Reflect.defineMetadata(OPERATION, { summary, ...role }, handler);
  Reflect.defineMetadata(PARAMETERS, parametersOf(endpoint), handler);
  Reflect.defineMetadata(RESPONSES, responsesOf(endpoint), handler);
  if (byToken && endpoint.role !== null) Reflect.defineMetadata(SECURITY, [{ [BEARER]: [] }], handler);
}

/** What all endpoints of a controller are found under. */
export function describeController(controller: object): void {
  Reflect.defineMetadata(TAGS, ['Rate limits'], controller);
}

/** Keeps a handler out of documents. */
export function leaveOut(handler: object): void {
  Reflect.defineMetadata(EXCLUDED, { disable: true }, handler);
}

function parametersOf({ method, path, schema, needsVersion }: AdminEndpoint): readonly Parameter[] {
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => text('path', name, { type: 'string' }));
  if (needsVersion) parameters.push(text('header', 'If-Match', { type: 'string', example: '"3"' }));
  if (method === 'GET') return [...parameters, ...queryOf(jsonSchemaOf(schema, 'input'))];
  parameters.push(text('header', ADMIN_HEADER, { type: 'string', enum: ['1'] }));
  return [...parameters, text('body', 'body', jsonSchemaOf(schema, 'input'))];
}

function text(where: Parameter['in'], name: string, schema: JsonSchema): Parameter {
  return { in: where, name, required: true, schema, type: String };
}

function queryOf({ properties = {}, required = [] }: JsonSchema): readonly Parameter[] {
  const needed = required as readonly string[];
  return Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) => ({
    in: 'query',
    name,
    required: needed.includes(name),
    schema,
    type: String,
  }));
}

function responsesOf(endpoint: AdminEndpoint): object {
  const { answer, types = ['application/json'] } = operationOf(endpoint);
  const refusals = Object.entries(refusalsOf(endpoint)).map(([status, description]) => [
    status,
    { description, ...contentOf(['application/problem+json'], () => jsonSchemaOf(problem, 'output')) },
  ]);
  const content = answer === undefined ? {} : contentOf(types, () => jsonSchemaOf(answer, 'output'));
  return { [endpoint.status]: { description: '', ...content }, ...Object.fromEntries(refusals) } as object;
}

function contentOf(types: readonly string[], make: () => JsonSchema): object {
  return {
    get content() {
      const schema = make();
      return Object.fromEntries(types.map((type) => [type, { schema }]));
    },
  };
}
