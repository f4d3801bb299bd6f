import { createHash } from 'node:crypto';
import { show } from '../core/errors';
import { type CalmLog, messageOf } from '../engine/log';
import type { InstanceStatistics, PolicyStatistics } from '../engine/statistics/instance-statistics';

/** What is shown in place of an identity such as `user:42`. */
export type KeyText = (identity: string) => string;

/** The kind of the identity and eight characters of a digest: enough to tell two apart, too little to name anybody. */
export const hiddenKey: KeyText = (identity) => {
  const kind = identity.slice(0, Math.max(0, identity.indexOf(':')));
  return `${kind}:#${createHash('sha256').update(identity).digest('hex').slice(0, 8)}`;
};

/** A client may be named like what `hiddenKey` makes: only where no other text is set is it sure to be a digest. */
export function looksHidden(text: string): boolean {
  return /^[^:]*:#[0-9a-f]{8}$/.test(text);
}

/** What the user's function makes of a key; where that fails, or there is none, what is shown without one. */
export function keyTextOf(keyText: KeyText | undefined, log: CalmLog): KeyText {
  if (keyText === undefined) return hiddenKey;
  return (identity) => {
    try {
      const text: unknown = keyText(identity);
      if (typeof text === 'string') return text;
      throw new TypeError(`It returned ${show(text)}, which is no text.`);
    } catch (error) {
      log.error('keyText', () => `operations.keyText failed: ${messageOf(error)} A digest is shown instead.`);
      return hiddenKey(identity);
    }
  };
}

/** The same statistics with other texts for keys. */
export function withKeyText(statistics: InstanceStatistics, textOf: KeyText): InstanceStatistics {
  const shown = <Entry extends { readonly key: string }>(entries: readonly Entry[]): readonly Entry[] =>
    entries.map((entry) => ({ ...entry, key: textOf(entry.key) }));
  const policies = Object.entries(statistics.policies).map(([name, policy]): [string, PolicyStatistics] => [
    name,
    {
      ...policy,
      blocked: { ...policy.blocked, keys: shown(policy.blocked.keys) },
      topRequests: shown(policy.topRequests),
      topDenials: shown(policy.topDenials),
    },
  ]);
  return { ...statistics, policies: Object.fromEntries(policies) };
}
