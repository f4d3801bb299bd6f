import type { PolicyOptions } from '../core/policy';

/** Options with those of the module behind. One that is undefined says nothing, as one that is left out. */
export function withDefaults<Context>(
  options: PolicyOptions<Context>,
  defaults: Partial<PolicyOptions<Context>>,
): PolicyOptions<Context> {
  // What is no object is told as such by whoever checks it.
  if (typeof options !== 'object' || (options as unknown) === null) return options;
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(said) as unknown as PolicyOptions<Context>) };
}
