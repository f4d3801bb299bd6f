import { createHash } from 'node:crypto';
import type { OverrideDocument, OverrideStep, OverrideTarget } from '../control/documents';
import type { Caller } from './caller';

const MOST_STEPS = 50;

/** What is said by who makes a step. */
export type StepInput = Pick<OverrideStep, 'patch' | 'reason' | 'expiresAtMs' | 'change' | 'rolledBackTo'>;

/** An override after one step more. `before`: what it was, where it goes on. */
export function nextOf(
  before: OverrideDocument | undefined,
  about: Pick<OverrideDocument, 'id' | 'policy' | 'target' | 'basedOn'>,
  { actor }: Caller,
  input: StepInput,
  nowMs = Date.now(),
): OverrideDocument {
  const version = (before?.version ?? 0) + 1;
  const step: OverrideStep = { ...input, version, actor, atMs: nowMs };
  const isNew = input.change === 'created' || before === undefined;
  return {
    kind: 'override',
    id: about.id,
    policy: about.policy,
    target: about.target,
    basedOn: about.basedOn,
    version,
    patch: input.patch,
    reason: input.reason,
    expiresAtMs: input.expiresAtMs,
    removed: input.change === 'removed',
    createdBy: isNew ? actor : before.createdBy,
    createdAtMs: isNew ? nowMs : before.createdAtMs,
    changedBy: actor,
    changedAtMs: nowMs,
    steps: [...(before?.steps ?? []), step].slice(-MOST_STEPS),
  };
}

/** One document a policy and target. */
export function idOf(policy: string, target: OverrideTarget): string {
  const text = JSON.stringify([policy, target]);
  return `o-${createHash('sha256').update(text).digest('base64url').slice(0, 16)}`;
}
