/** Where Nest's `@RouteConfig()` puts what Fastify then has as the `config` of a route. */
const ROUTE_CONFIG = '__fastify_route_config__';
const OURS = 'rateLimitAdmin';

/** The part of Fastify that is used here. */
interface FastifyInstance {
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): void;
  hasRoute(route: { readonly method: string; readonly url: string }): boolean;
  route(route: object): void;
  readonly initialConfig: SlashOption & { readonly routerOptions?: SlashOption };
}

interface SlashOption {
  readonly ignoreTrailingSlash?: boolean;
}

interface FastifyRoute {
  method: string | string[];
  readonly url: string;
  readonly config?: { readonly [OURS]?: 'one' | 'rest' };
}

/** Marks a handler as one of ours, for Fastify. `rest`: it takes the methods of its path that no other handler has. */
export function markForFastify(handler: object, kind: 'one' | 'rest'): void {
  Reflect.defineMetadata(ROUTE_CONFIG, { [OURS]: kind }, handler);
}

/**
 * Makes Fastify route as Express does: an address holds with a slash at its end too, by the very same handler, so that
 * no guard can be lost; and a handler of all methods takes those that are left. To be called before Nest adds its routes.
 */
export function routeAsExpressDoes(fastify: FastifyInstance): void {
  const { ignoreTrailingSlash, routerOptions } = fastify.initialConfig;
  const isIgnored = (routerOptions?.ignoreTrailingSlash ?? ignoreTrailingSlash) === true;
  // Where a handler of the rest may come. Nest 11 adds that without its config, so that only its address tells whose it is.
  const withoutRest = new Set<string>();
  fastify.addHook('onRoute', (route) => {
    const { url } = route;
    const kind = route.config?.[OURS] ?? (Array.isArray(route.method) && withoutRest.has(url) ? 'rest' : undefined);
    // Of GET Fastify makes HEAD by itself, of the second address too.
    if (kind === undefined || route.method === 'HEAD') return;
    if (kind === 'one') withoutRest.add(url);
    else {
      withoutRest.delete(url);
      route.method = [route.method].flat().filter((method) => !fastify.hasRoute({ method, url }));
    }
    if (!isIgnored && !url.endsWith('/')) fastify.route(twinOf(route));
  });
}

/** With a slash. What Fastify has derived from the address goes, and is derived again. */
function twinOf(route: FastifyRoute): object {
  return { ...route, method: Array.isArray(route.method) ? [...route.method] : route.method, url: `${route.url}/` };
}
