import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';
import type { Actor, AdminRole, EnvironmentBadge } from './api';
import type { AdminRequest } from './http/exchange';
import type { AdminToken } from './http/tokens';
import type { RedactKey } from './key-views';

export interface RateLimitAdminOptions {
  /** Where it is mounted, below the app's prefix. Default `_rate-limit`. */
  readonly path?: string | undefined;
  /** Guards that let operators in; `authorize` says what they may do. */
  readonly guards?: readonly Type<CanActivate>[] | undefined;
  /** What the guards need injected. */
  readonly imports?: ModuleMetadata['imports'] | undefined;
  /** Tokens that log their bearers in; an empty text counts as none, as an unset variable leaves it. */
  readonly token?: string | readonly (string | AdminToken)[] | undefined;
  /** The role of whom the guards let in; `undefined` for nobody. Default `read`. */
  readonly authorize?: ((request: AdminRequest) => AdminRole | undefined | Promise<AdminRole | undefined>) | undefined;
  /** Who asks, for the audit log. Default: `id` and `name` of `request.user`. */
  readonly actor?: ((request: AdminRequest) => Actor) | undefined;
  /** Lets everybody in who reaches it, with the role of `authorize`. */
  readonly allowUnauthenticated?: boolean | undefined;
  /** Nothing can be changed over HTTP. */
  readonly readOnly?: boolean | undefined;
  /** Applied to the controller, such as a `Public()` of your own. */
  readonly decorators?: readonly ClassDecorator[] | undefined;
  /** What operators see in place of an identity. Default: the identity. */
  readonly redactKey?: RedactKey | undefined;
  /** Seals redacted keys, so that they can be acted on. The same on all instances. Default: the first token. */
  readonly secret?: string | undefined;
  /** Origins beside its own that may ask for changes, such as `https://admin.example.com`. */
  readonly trustedOrigins?: readonly string[] | undefined;
  readonly environment?: EnvironmentBadge | undefined;
  readonly links?: readonly { readonly label: string; readonly url: string }[] | undefined;
  /** Whether there is an API at all; without, the instance only takes part. Default `true`. */
  readonly http?: boolean | undefined;
}
