import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Module,
  type NestModule,
  type OnModuleDestroy,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { RATE_LIMIT_RUNTIME } from '../nest/rate-limit.tokens';
import type { RateLimitRuntime } from '../nest/runtime';
import { libraryVersion } from '../statistics/library-version';
import { checkAdminOptions } from './check-admin-options';
import { Access } from './http/access';
import { AdminApi } from './http/admin-api';
import { type ControllerOptions, createAdminController } from './http/create-controller';
import { routeAsExpressDoes } from './http/fastify-routes';
import { RefusedLogins } from './http/refused-logins';
import { Tokens } from './http/tokens';
import { openAdmin } from './open-admin';
import { RateLimitAdmin } from './rate-limit-admin';
import type { RateLimitAdminOptions } from './rate-limit-admin.options';
import { AdminPage, createPageController } from './ui';

const DEFAULT_PATH = '_rate-limit';

/** The control plane: takes part in what operators decide, and lets them decide over HTTP. Beside RateLimitModule. */
@Module({})
export class RateLimitAdminModule implements NestModule, OnModuleInit, OnModuleDestroy, BeforeApplicationShutdown {
  constructor(
    @Inject(RateLimitAdmin) private readonly admin: RateLimitAdmin,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Throws a ConfigurationError where just anybody could get in. */
  static forRoot(options: RateLimitAdminOptions = {}): DynamicModule {
    const { path = DEFAULT_PATH, guards = [], decorators = [], imports = [], http = true } = options;
    const checked = checkAdminOptions(options);
    const byToken = checked.authentication === 'token';
    return {
      module: RateLimitAdminModule,
      imports: [...imports],
      controllers: http ? controllersAt({ path, guards, decorators, byToken }) : [],
      providers: [
        {
          provide: RateLimitAdmin,
          useFactory: (runtime: RateLimitRuntime) => openAdmin(runtime, options, checked.tokens[0]?.token),
          inject: [RATE_LIMIT_RUNTIME],
        },
        {
          provide: AdminApi,
          useFactory: (admin: RateLimitAdmin, { log, addressOf }: RateLimitRuntime) => {
            if (checked.isOpen) log.tell('warn', `The admin API at ${path} lets everybody in.`);
            const refused = new RefusedLogins(admin);
            return new AdminApi({
              admin,
              log,
              access: new Access({
                tokens: checked.tokens.length > 0 ? new Tokens(checked.tokens) : undefined,
                authorize: options.authorize ?? (() => (checked.isOpen ? 'configure' : 'read')),
                actor: options.actor ?? actorOfUser,
                addressOf,
                onRefused: (address, requestId) => void refused.note(address, requestId),
              }),
              authentication: checked.authentication,
              readOnly: options.readOnly ?? false,
              trustedOrigins: options.trustedOrigins ?? [],
              environment: options.environment ?? null,
              links: options.links ?? [],
              version: libraryVersion(),
            });
          },
          inject: [RateLimitAdmin, RATE_LIMIT_RUNTIME],
        },
      ],
      exports: [RateLimitAdmin],
    };
  }

  /** Called when the app has its adapter, and Nest has not added any route yet. */
  configure(): void {
    // A context without a server, such as a command line tool that shares the module, has no adapter.
    const { httpAdapter } = this.adapterHost as { readonly httpAdapter?: HttpAdapterHost['httpAdapter'] | null };
    if (httpAdapter?.getType() === 'fastify') routeAsExpressDoes(httpAdapter.getInstance());
  }

  async onModuleInit(): Promise<void> {
    await this.admin.core.runtime.control.start();
  }

  onModuleDestroy(): void {
    this.admin.streams.close();
  }

  /** Right after this, Nest closes the server. */
  beforeApplicationShutdown(): void {
    this.admin.streams.silent.end();
  }
}

/** The API, and the page where the package has it. */
function controllersAt(options: ControllerOptions): Type[] {
  const page = AdminPage.find();
  const api = createAdminController(options);
  return page === null ? [api] : [api, createPageController(page, options.path, options.guards, options.decorators)];
}

function actorOfUser({ user }: { readonly user?: unknown }): { readonly id: string; readonly name: string } {
  const { id, sub, name, username, email } = Object(user) as Record<string, unknown>;
  const known = [id, sub, username, email].find((value) => typeof value === 'string' || typeof value === 'number');
  const shown = [name, username, email, known].find((value) => typeof value === 'string');
  return { id: String(known ?? 'unknown'), name: typeof shown === 'string' ? shown : String(known ?? 'unknown') };
}
