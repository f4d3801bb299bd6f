import { show } from '../core/errors';
import type { Policy, PolicyOptions } from '../core/policy';
import type { Problems } from '../core/problems';
import { saidOf } from '../core/said-options';
import type { PolicyRegistry } from './policy-registry';

/**
 * A policy written where it is used. With the name of a registered policy it changes some of its options for this
 * route; the rest stays, and so does what is undefined.
 */
export type InlinePolicy<Context> = {
  readonly [Option in keyof PolicyOptions<Context>]?: PolicyOptions<Context>[Option] | undefined;
} & { readonly name?: string | undefined };

/** A policy as a route names it. */
export type PolicyReference<Context> = string | InlinePolicy<Context>;

/** One mention of a policy. */
export interface PolicyUse<Context> {
  readonly name: string;
  /** Stands for the policy in the id of its bucket. One without a name is known by the place where it is written. */
  readonly bucketName: string;
  /** What is written in place; `undefined` of a mere name. */
  readonly inline: InlineOptions<Context> | undefined;
  /** What it stands in, for messages. */
  readonly path: string;
}

interface InlineOptions<Context> {
  readonly isNamed: boolean;
  readonly options: Partial<PolicyOptions<Context>>;
}

/** The policies that a list at `path` names or defines. Numbered before any is skipped, so that the others keep their names. */
export function usesOf<Context>(
  references: readonly PolicyReference<Context>[],
  path: string,
  place: string,
  routeId: string,
): readonly PolicyUse<Context>[] {
  let count = 0;
  return references.map((reference) => {
    if (typeof reference === 'string') return { name: reference, bucketName: reference, inline: undefined, path };
    const ordinal = `#${String(++count)}`;
    const { name, ...said } = saidOf(reference);
    // Where a registered policy says how widely its bucket is shared, that is not meant for one that differs.
    const inline = { isNamed: name !== undefined, options: { scope: 'route', ...said } };
    return { name: name ?? `${routeId}${ordinal}`, bucketName: name ?? `${place}${ordinal}`, inline, path };
  });
}

/** The policy that is meant; `undefined` where it cannot be had, which is a problem then. */
export function policyOf<Context>(
  use: PolicyUse<Context>,
  registry: PolicyRegistry<Context>,
  problems: Problems,
): Policy<Context> | undefined {
  const { name, bucketName, inline, path } = use;
  if (inline === undefined) {
    const policy = registry.find(name);
    if (policy === undefined) problems.add(path, `names ${show(name)}, which is no policy.`, registry.knownPolicies());
    return policy;
  }
  const changed = changedBy(use, registry);
  if (changed !== undefined) return registry.compileVariant(name, path, changed, problems);
  const { isNamed, options } = inline;
  const ownScopes = bucketName === name ? ['route'] : ['route', 'controller'];
  if (!isNamed && !ownScopes.includes(options.scope ?? 'route')) {
    const remedy = 'Give it a name as well: policies of one name and scope share a bucket.';
    problems.add(`${path}.scope`, `is ${show(options.scope)}, but nothing else can name this policy.`, remedy);
  }
  return registry.compileInline(name, path, options as PolicyOptions<Context>, problems);
}

/** What a route changes of a registered policy; `undefined` where it changes nothing, or writes all of it. */
export function changedBy<Context>(
  { name, inline }: PolicyUse<Context>,
  registry: PolicyRegistry<Context>,
): Partial<PolicyOptions<Context>> | undefined {
  return inline?.isNamed === true && registry.optionsOf(name) !== undefined ? inline.options : undefined;
}
