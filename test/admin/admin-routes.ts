import type { INestApplication } from '@nestjs/common';

interface ExpressLayer {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
}

interface FastifyRoute {
  readonly method: string | readonly string[];
  readonly url: string;
}

/** A route that an app has: `rest` where it takes whatever methods others leave. */
export interface MountedRoute {
  readonly path: string;
  readonly method: string;
}

/** To be called before the app listens; what it returns knows its routes when it does. */
export function routesOf(app: INestApplication): () => readonly MountedRoute[] {
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'express') {
    const express = adapter.getInstance() as { readonly router: { readonly stack: readonly ExpressLayer[] } };
    return () =>
      express.router.stack.flatMap(({ route }) =>
        route === undefined ? [] : [routeOf(route.path, Object.keys(route.methods))],
      );
  }
  const routes: MountedRoute[] = [];
  const fastify = adapter.getInstance() as { addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): void };
  fastify.addHook('onRoute', ({ url, method }) => {
    if (method !== 'HEAD') routes.push(routeOf(url, [method].flat()));
  });
  return () => routes;
}

function routeOf(path: string, methods: readonly string[]): MountedRoute {
  const [method = '', ...others] = methods;
  return { path, method: others.length > 0 ? 'rest' : method.toUpperCase() };
}
