import { show } from '../core/errors';
import { identityOf, type KeyResolver } from '../core/identity';
import type { Policy } from '../core/policy';
import { isPromiseLike, type MaybePromise } from '../core/store';
import { type CalmLog, messageOf } from './log';
import type { PlanEntry } from './plan';

export interface RequestIdentityOptions<Context> {
  readonly log: CalmLog;
  /** Who is limited where a policy's own key finds nobody. */
  readonly fallbackKey: KeyResolver<Context>;
  /** Whose identities need not be made of kind and value: those of a key that resolves as this one does. */
  readonly ready?: { readonly key: KeyResolver<Context>; identityOf(context: Context): string };
  /** Shortens keys of clients that send huge ones. */
  readonly digest: (value: string) => string;
}

/**
 * Finds who a request is counted for. A key that finds nobody, or fails, gives way to the address, as an identity of
 * that kind: never an error, never one bucket for all.
 */
export class RequestIdentity<Context> {
  constructor(private readonly options: RequestIdentityOptions<Context>) {}

  of({ policy, key }: PlanEntry<Context>, context: Context): MaybePromise<string> {
    try {
      const { ready } = this.options;
      if (key.resolve === ready?.key.resolve && key.kind === ready.key.kind) return ready.identityOf(context);
      const value = key.resolve(context);
      return isPromiseLike(value)
        ? Promise.resolve(value).then(
            (found) => this.identity(policy, key, found, context),
            (error: unknown) => this.afterFailure(policy, error, context),
          )
        : this.identity(policy, key, value, context);
    } catch (error) {
      return this.afterFailure(policy, error, context);
    }
  }

  private afterFailure(policy: Policy<Context>, error: unknown, context: Context): string {
    const { log, fallbackKey } = this.options;
    log.error(
      `key of ${policy.name}`,
      () => `The key function of policy "${policy.name}" failed: ${messageOf(error)} The address is used instead.`,
    );
    return this.identity(policy, fallbackKey, undefined, context);
  }

  private identity(policy: Policy<Context>, key: KeyResolver<Context>, value: unknown, context: Context): string {
    const { fallbackKey, digest, log } = this.options;
    if (typeof value === 'string' && value !== '') return identityOf(key.kind, value, digest);
    // Ids that are numbers come untyped out of requests and databases.
    if (Number.isFinite(value) || typeof value === 'bigint') return identityOf(key.kind, String(value), digest);
    if (value !== undefined && value !== null && value !== '') {
      return this.afterFailure(policy, new TypeError(`It returned ${show(value)}, which is no text.`), context);
    }
    if (key.needsUser === true) log.warnOnce(`no user ${policy.name}`, noUser(policy.name));
    const address = fallbackKey.resolve(context);
    return identityOf(fallbackKey.kind, typeof address === 'string' ? address : 'unknown', digest);
  }
}

function noUser(policy: string): string {
  return (
    `Policy "${policy}" limits by user, but a request had none, so its address was used. ` +
    'Where users are expected, let authentication run first: see "Order of guards" in docs/configuration.md.'
  );
}
