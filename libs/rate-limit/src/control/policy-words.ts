import type { PolicyOptions } from '../core/policy';
import type { PolicyPatch } from '../engine/policy-patch';
import type { CodeWords } from './documents';

/** What options say, in words that can be shown and compared. */
export function wordsOf(options: PolicyOptions<never>): CodeWords {
  return {
    algorithm: options.algorithm ?? 'sliding-window',
    limit: typeof options.limit === 'function' ? 'a function' : String(options.limit),
    per: String(options.per),
    burst: options.burst === undefined ? null : String(options.burst),
    mode: options.mode ?? 'enforce',
  };
}

export function wordsOfPatch(patch: PolicyPatch): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(patch).map(([name, value]) => [name, String(value)]));
}
