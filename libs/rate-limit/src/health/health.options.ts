import type { HealthCheck } from './health-report';

/** What `RateLimitHealthModule.forRoot` takes. */
export interface RateLimitHealthModuleOptions {
  /** Checks of your own, for `/health` and `/readyz`. */
  readonly checks?: readonly HealthCheck[] | undefined;
  /** The longest a probe takes to answer, in milliseconds. Default 500. */
  readonly timeoutMs?: number | undefined;
  readonly readiness?:
    | {
        /**
         * Whether an instance whose store is down is not ready (503). Default false: all instances share the store, so all
         * would be taken out at once, and decisions are made without it.
         */
        readonly failOnStoreDown?: boolean | undefined;
      }
    | undefined;
  readonly liveness?:
    | {
        /** A process whose event loop stood still for longer within the last ten seconds is not alive. Default 5000. */
        readonly maxEventLoopLagMs?: number | undefined;
      }
    | undefined;
  readonly startup?:
    | {
        /** How long `/startupz` waits for a first word of the store, in milliseconds. Default 10000. */
        readonly timeoutMs?: number | undefined;
      }
    | undefined;
  /**
   * How long the app goes on serving after `/readyz` began to answer 503, in milliseconds: until load balancers have
   * noticed. Default 0; under Kubernetes 5000 or so.
   */
  readonly shutdownDelayMs?: number | undefined;
  /** Whether the self-test may be run. Default: not where `NODE_ENV` is `production`. */
  readonly selfTest?: boolean | undefined;
  /** Class decorators for the controllers, such as one that frees them from an authentication guard. */
  readonly decorators?: readonly ClassDecorator[] | undefined;
}

export const HEALTH_OPTIONS = Symbol('HEALTH_OPTIONS');
export const DEFAULT_TIMEOUT_MS = 500;
