import { POLICY_MODES, type PolicyMode } from '../core/policy';
import type { PolicyRegistry } from '../engine/policy-registry';
import type { InForceFigures } from '../statistics/control-figures';
import { type ControlDocument, isInForce, type OverrideDocument } from './documents';

const SCOPES: readonly OverrideDocument['target']['kind'][] = ['policy', 'key', 'pattern'];
const LISTS = ['ban', 'allow'] as const;

/** Overrides and list entries whose time is not over; what there is none of counts 0. */
export function countInForce(
  documents: readonly ControlDocument[],
  registry: PolicyRegistry<never>,
  nowMs: number,
): InForceFigures {
  const inForce = documents.filter((document) => isInForce(document, nowMs));
  const overrides = inForce.filter((document) => document.kind === 'override');
  const entries = inForce.filter((document) => document.kind === 'entry');
  const modes = new Map(registry.known().map(({ name, policy }) => [name, policy.mode]));
  const modeOf = ({ patch, policy }: OverrideDocument): PolicyMode => patch.mode ?? modes.get(policy) ?? 'enforce';
  return {
    overrides: SCOPES.flatMap((scope) =>
      POLICY_MODES.map((mode) => {
        const found = overrides.filter((one) => one.target.kind === scope && modeOf(one) === mode);
        return { labels: { scope, mode }, value: found.length };
      }),
    ),
    entries: LISTS.map((list) => ({
      labels: { list },
      value: entries.filter((entry) => entry.list === list).length,
    })),
  };
}
