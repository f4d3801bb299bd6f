import type { PolicyMode, PolicyOptions } from '../core/policy';
import type { Quota } from '../core/quota';
import type { StoreFailureMode } from '../core/store';
import { TICKS_PER_MS } from '../core/ticks';
import type { PolicyFacts } from '../engine/statistics/policy-counters';

interface InForce {
  readonly quota: Quota | undefined;
  readonly mode: PolicyMode;
}

/** What is asked of the registry of policies. */
export interface PolicySource<Context> {
  readonly names: readonly string[];
  readonly version: number;
  find(name: string): { readonly onStoreFailure: StoreFailureMode } | undefined;
  optionsOf(name: string): PolicyOptions<Context> | undefined;
  /** Those that are written where they are used as well. */
  inForceForAll(name: string): InForce | undefined;
  known(): readonly { readonly name: string; readonly isInline: boolean }[];
}

/** What is known of the policies, as they are now. */
export interface KnownPolicies {
  readonly names: readonly string[];
  /** Of policies that are written where they are used. */
  readonly inlineNames: readonly string[];
  /** Grows with every change. */
  readonly version: number;
  factsOf(name: string): PolicyFacts | undefined;
  /** Whether any policy still admits something while the store is gone. */
  readonly hasFallback: boolean;
  /** Everything by which two configurations could differ. */
  describe(): Readonly<Record<string, unknown>>;
}

export function knownPolicies<Context>(registry: PolicySource<Context>): KnownPolicies {
  return {
    get names() {
      return registry.names;
    },
    get inlineNames() {
      return registry.known().flatMap(({ name, isInline }) => (isInline ? [name] : []));
    },
    get version() {
      return registry.version;
    },
    get hasFallback() {
      const { names } = registry;
      return names.length === 0 || names.some((name) => registry.find(name)?.onStoreFailure !== 'closed');
    },
    factsOf(name) {
      const policy = registry.inForceForAll(name);
      return policy === undefined ? undefined : factsOf(policy);
    },
    describe: () => Object.fromEntries([...registry.names].sort().map((name) => [name, registry.optionsOf(name)])),
  };
}

function factsOf({ quota, mode }: InForce): PolicyFacts {
  return {
    limit: quota?.capacity,
    windowSeconds: quota === undefined ? undefined : quota.perTicks / TICKS_PER_MS / 1_000,
    shadow: mode === 'shadow',
  };
}
