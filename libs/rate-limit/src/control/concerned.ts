import type { Held } from './blocked-board';
import type { ControlDocument, EntryDocument, OverrideDocument } from './documents';
import { matchesGlob } from './glob';
import { ListRules } from './list-rules';

/**
 * Of keys that are blocked: those that a change of these documents may have let go. Of a ban those that it refused; of an
 * entry that lets pass those that it covers; of a change of a policy those that the policy's limit refused.
 */
export function concerned(documents: readonly ControlDocument[]): (held: Held) => boolean {
  const bans = new Set<string>();
  const allowing: EntryDocument[] = [];
  const overrides: OverrideDocument[] = [];
  for (const document of documents) {
    if (document.kind === 'override') overrides.push(document);
    else if (document.kind === 'entry' && document.list === 'ban') bans.add(document.id);
    else if (document.kind === 'entry' && !document.removed) allowing.push(document);
  }
  const lists = new ListRules(allowing);
  return (held) =>
    (held.banId === undefined ? overrides.some((override) => isWithin(override, held)) : bans.has(held.banId)) ||
    lists.concerning(undefined, [held.identity], Date.now()).length > 0;
}

function isWithin({ policy, target }: OverrideDocument, held: Held): boolean {
  if (held.policy !== policy) return false;
  switch (target.kind) {
    case 'policy':
      return true;
    case 'key':
      return target.key === held.identity;
    case 'pattern':
      return matchesGlob(target.pattern, held.identity);
  }
}
