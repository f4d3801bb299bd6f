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
  addHook(name: 'onSend', hook: (request: object, reply: FastifyReply, payload: unknown, done: Done) => void): void;
}
interface FastifyReply {
  getHeader(name: string): unknown;
  header(name: string, value: unknown): void;
}

const NOTHING_DECLARED = { policies: [], skips: [] } as const;

/**
 * Limits requests that no handler matches, which no guard ever sees. To be called when Nest has registered its routes
 * but not yet its answer to what is not found: on Express a middleware between the two sees just those requests.
 */
export function limitUnmatched({ httpAdapter }: HttpAdapterHost, runtime: RateLimitRuntime): void {
  // A context without a server, such as a command line tool that shares the module, has nothing to match.
  if ((httpAdapter as typeof httpAdapter | undefined) === undefined) return;
  let plan = planFor(runtime);
  const currentEntries = (): Plan<RateLimitContext>['entries'] => {
    if (plan.version !== runtime.registry.version) plan = planFor(runtime);
    return plan.entries;
  };
  // In an async function a refusal always comes as a rejection, whether or not the store answers at once.
  const check = async (request: HttpRequest, response: unknown): Promise<boolean> =>
    runtime.gate.check(currentEntries(), request, response);
  switch (httpAdapter.getType()) {
    case 'express':
      httpAdapter.use((request: HttpRequest, response: unknown, next: Done) => {
        void check(request, response).then(() => {
          next();
        }, next);
      });
      break;
    case 'fastify':
      hookIntoFastify(httpAdapter.getInstance<FastifyInstance>(), check);
      break;
    default:
      runtime.log.warnOnce('unmatched', `"unmatched" does not know the HTTP adapter "${httpAdapter.getType()}".`);
  }
}

function hookIntoFastify(
  fastify: FastifyInstance,
  check: (request: HttpRequest, reply: unknown) => Promise<boolean>,
): void {
  const contentTypes = new WeakMap<object, unknown>();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request['is404'] !== true) {
      done();
      return;
    }
    check(request, reply).then(
      () => {
        done();
      },
      (refusal: unknown) => {
        contentTypes.set(request, (reply as FastifyReply).getHeader('content-type'));
        done(refusal);
      },
    );
  });
  // Fastify forgets the content type of a response when a hook fails, and then calls an object plain JSON. A filter of
  // the user's may have answered with something else.
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const contentType = contentTypes.get(request);
    const isGuessed = String(reply.getHeader('content-type')).startsWith('application/json');
    if (contentType !== undefined && isGuessed) reply.header('content-type', contentType);
    done();
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
