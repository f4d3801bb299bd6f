import type { Policy, PolicyOptions } from '../core/policy';

/** A named policy, as the registry keeps it. */
export interface RegisteredPolicy<Context> {
  /** As code says. */
  readonly code: PolicyOptions<Context>;
  readonly options: PolicyOptions<Context>;
  readonly policy: Policy<Context>;
  /** The bucket of calls without a request. */
  readonly bucketId: string;
}

/** A policy, as code says and as it is in force. */
export interface KnownPolicy<Context> {
  readonly name: string;
  readonly code: PolicyOptions<Context>;
  readonly policy: Policy<Context>;
  /** It is written where it is used. */
  readonly isInline: boolean;
}
