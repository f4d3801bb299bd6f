import { useState } from 'react';
import type { Override } from '../../../../rate-limit/src/admin/api';
import { useOverrides, usePolicies } from '../../api/queries';
import { scopeOf, standingOf, type Draft, type Standing } from './draft';

/**
 * What a draft is about. Once it is known for whom, the override stays what whoever types has seen: of one that others
 * change or end meanwhile the server tells them, and nothing of it is written over unseen.
 */
export function useStanding(draft: Draft, isChosen: boolean): Standing {
  const policies = usePolicies().data?.policies ?? [];
  const { data, isFetchedAfterMount } = useOverrides({});
  const [seen, setSeen] = useState<{ readonly about: string; readonly override: Override | undefined } | null>(null);
  const about = isChosen ? JSON.stringify([draft.policy, scopeOf(draft)]) : null;
  const current = standingOf(draft, data?.overrides ?? []);
  if (about === null && seen !== null) setSeen(null);
  if (about !== null && about !== seen?.about && isFetchedAfterMount) setSeen({ about, override: current });
  const isKnown = seen !== null && seen.about === about;
  return {
    policy: policies.find(({ name }) => name === draft.policy),
    override: isKnown ? seen.override : current,
    isKnown,
  };
}
