import type { CalmLog } from '../engine/log';
import type { PolicyRegistry } from '../engine/policy-registry';
import type { InstanceIdentity } from '../statistics/instance-identity';
import type { ControlStore } from './control-store';

export interface ControlPlaneOptions {
  readonly registry: PolicyRegistry<never>;
  readonly store: ControlStore;
  readonly identity: InstanceIdentity;
  readonly log: CalmLog;
  /** Of the policies that code says. */
  readonly configHash: () => string;
  /** Whether it is known already, and told, that the store does not answer. */
  readonly isStoreDown: () => boolean;
  readonly unixMs?: () => number;
}
