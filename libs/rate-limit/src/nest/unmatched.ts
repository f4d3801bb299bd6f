import type { HttpAdapterHost } from '@nestjs/core';
import { Problems } from '../core/problems';
import { buildPlan, type Plan } from '../engine/plan';
import { byIp } from './key-resolvers';
import type { HttpRequest, RateLimitContext } from './rate-limit-context';
import type { RateLimitRuntime } from './runtime';

type Done = (error?: unknown) => void;
type UnmatchedHandler = (request: HttpRequest, response: unknown, done: Done) => void;

/** The part of Fastify that is used here. */
interface FastifyInstance {
  addHook(name: 'onRequest', hook: UnmatchedHandler): void;
}

const NOTHING_DECLARED = { policies: [], skips: [] } as const;

/**
 * Limits requests that no handler matches, which no guard ever sees. To be called when Nest has registered its routes
 * but not yet its answer to what is not found: on Express a middleware right before the latter sees just those requests.
 */
export function limitUnmatched({ httpAdapter }: HttpAdapterHost, runtime: RateLimitRuntime): void {
  let plan = planFor(runtime);
  const currentEntries = (): Plan<RateLimitContext>['entries'] => {
    if (plan.version !== runtime.registry.version) plan = planFor(runtime);
    return plan.entries;
  };
  // In an async function a refusal always comes as a rejection, whether or not the store answers at once.
  const check = async (request: HttpRequest, response: unknown): Promise<boolean> =>
    runtime.gate.check(currentEntries(), request, response);
  // A context without a server, such as a command line tool that shares the module, has no adapter.
  const type = (httpAdapter as typeof httpAdapter | null | undefined)?.getType();
  switch (type) {
    case undefined:
      break;
    case 'express':
      beforeNotFound(httpAdapter, (request, response, next) => {
        void check(request, response).then(() => {
          next();
        }, next);
      });
      break;
    case 'fastify':
      hookIntoFastify(httpAdapter.getInstance<FastifyInstance>(), check);
      break;
    default:
      runtime.log.warnOnce('unmatched', `"unmatched" does not know the HTTP adapter "${type}".`);
  }
}

/** Not sooner: until then, modules that start later add what they serve without a handler, such as files. */
function beforeNotFound(httpAdapter: HttpAdapterHost['httpAdapter'], middleware: UnmatchedHandler): void {
  const setNotFoundHandler = httpAdapter.setNotFoundHandler.bind(httpAdapter);
  httpAdapter.setNotFoundHandler = (...given) => {
    httpAdapter.use(middleware);
    setNotFoundHandler(...given);
  };
}

function hookIntoFastify(
  fastify: FastifyInstance,
  check: (request: HttpRequest, reply: unknown) => Promise<boolean>,
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request['is404'] !== true) {
      done();
      return;
    }
    check(request, reply).then(() => {
      done();
    }, done);
  });
}

/** The policies that are registered now: their names were checked at boot, but one may be taken away later. */
function planFor({ registry, unmatched }: RateLimitRuntime): Plan<RateLimitContext> {
  return buildPlan(
    {
      everyRoute: unmatched.filter((name) => registry.find(name) !== undefined),
      controller: NOTHING_DECLARED,
      handler: NOTHING_DECLARED,
      route: { controllerId: 'unmatched', routeId: 'unmatched' },
      defaultKey: byIp(),
    },
    registry,
    new Problems(),
  );
}
