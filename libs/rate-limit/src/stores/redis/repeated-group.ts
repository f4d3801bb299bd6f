import type { ThrottleGroup, ThrottlePart } from './throttle-wire';

/** A group, and where in its batch it is asked. */
export interface RepeatedGroup {
  readonly group: ThrottleGroup;
  /** In order. More than one place only where the group has one part. */
  readonly askedAt: readonly number[];
}

interface Found extends RepeatedGroup {
  readonly askedAt: number[];
}

/**
 * The groups of a batch, those together that ask the same of one key: of a client with many requests at once Redis then
 * looks at the buckets once. Of whatever else touches the key, what comes after it stays after it.
 */
export function gatherRepeats(groups: readonly ThrottleGroup[]): readonly RepeatedGroup[] {
  const found: Found[] = [];
  const latest = new Map<string, Found>();
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at] as ThrottleGroup;
    const repeated = group.length === 1 ? latest.get((group[0] as ThrottlePart).redisKey) : undefined;
    if (repeated !== undefined && asksTheSame(repeated.group, group)) {
      repeated.askedAt.push(at);
      continue;
    }
    const added = { group, askedAt: [at] };
    found.push(added);
    for (const { redisKey } of group) latest.set(redisKey, added);
  }
  return found;
}

function asksTheSame(a: ThrottleGroup, b: ThrottleGroup): boolean {
  return a.length === b.length && a[0]?.plan === b[0]?.plan;
}
