import type { Operations } from '../statistics/operations';
import type { MetricFamily, Sample } from './metric-family';
import { type PolicyLabels, Sums } from './policy-labels';

/** Grows when the same calls would be decided otherwise. */
const ALGORITHM_VERSION = '1';

/** What this process is, and what it was told to enforce. */
export function instanceFamilies(operations: Operations, labels: PolicyLabels): readonly MetricFamily[] {
  const facts = (field: 'limit' | 'windowSeconds'): readonly Sample[] => {
    const sums = new Sums();
    for (const name of operations.policies.names) {
      const policy = labels.of(name);
      const value = operations.policies.factsOf(name)?.[field];
      if (value !== undefined && policy === name) sums.add({ policy }, value);
    }
    return sums.samples;
  };
  const { version, node } = operations.identity;
  return [
    {
      name: 'rate_limit_policy_limit',
      help: 'Units a window admits (of a token bucket, its burst); policies whose limit depends on the request are left out.',
      type: 'gauge',
      together: 'max',
      read: () => facts('limit'),
    },
    {
      name: 'rate_limit_policy_window_seconds',
      help: 'The window of a policy, its "per": of a token bucket the time in which it gets its limit back, not its burst.',
      type: 'gauge',
      together: 'max',
      read: () => facts('windowSeconds'),
    },
    {
      name: 'rate_limit_config_info',
      help: 'Always 1; config_hash differs between instances with different policies.',
      type: 'gauge',
      together: 'max',
      read: () => [{ labels: { config_hash: operations.configHash }, value: 1 }],
    },
    {
      name: 'rate_limit_build_info',
      help: 'Always 1; the version of this library, of its algorithms, and of Node.js.',
      type: 'gauge',
      together: 'max',
      read: () => [{ labels: { version, algorithm_version: ALGORITHM_VERSION, node }, value: 1 }],
    },
    {
      name: 'rate_limit_live_instances',
      help: 'Processes that share the store and were heard of within the last five seconds.',
      type: 'gauge',
      together: 'max',
      read: () => [{ labels: {}, value: operations.fleet.live }],
    },
  ];
}
