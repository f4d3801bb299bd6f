import { policyNameOf } from '../engine/bucket-id';
import { quotaIfFits, whereItFits } from '../engine/policy-patch';
import type { Policy, PolicyMode } from '../core/policy';
import { Problems } from '../core/problems';
import { saidOf } from '../core/said-options';
import { type RecordedEvent, readChunk } from '../control/recording';
import { type Comparison, compare, type Judge, type ReplayedKey } from '../control/replay';
import type { RateLimitContext } from '../nest/rate-limit-context';
import { type AdminCore, available } from './admin-core';
import { AdminError } from './admin-error';
import type * as api from './api';

const MOST_KEYS = 100;
/** For both ways together. */
const MOST_MS = 5_000;

type AnyPolicy = Policy<RateLimitContext>;

/** Tries another limit out on traffic that was recorded. Changes nothing. */
export class SimulationAdmin {
  private isRunning = false;

  constructor(private readonly core: AdminCore) {}

  async run(request: api.SimulationRequest): Promise<api.SimulationResult> {
    if (this.isRunning) throw new AdminError('busy', 'Another simulation is running here. Try again in a moment.');
    this.isRunning = true;
    try {
      return await this.simulate(request);
    } finally {
      this.isRunning = false;
    }
  }

  private async simulate({ policy: name, patch, fromMs, toMs }: api.SimulationRequest): Promise<api.SimulationResult> {
    const { now, then } = this.policies(name, patch);
    const oneIn = this.core.plane.recording()?.oneIn;
    const texts = oneIn === undefined ? [] : await available(this.core.plane.store.recording.texts());
    const events = texts
      .flatMap((text) => readChunk(text, oneIn ?? 0))
      .filter(
        ({ bucketId, atMs }) => policyNameOf(bucketId) === name && atMs >= (fromMs ?? 0) && atMs <= (toMs ?? Infinity),
      );
    const compared = await compare(events, this.judge(now, now, then.mode), this.judge(then, now, now.mode), MOST_MS);
    const times = events.map(({ atMs }) => atMs);
    const first = times.reduce((a, b) => Math.min(a, b), Infinity);
    return {
      policy: name,
      oneIn: oneIn ?? 0,
      fromMs: fromMs ?? (first === Infinity ? Date.now() : first),
      toMs: toMs ?? times.reduce((a, b) => Math.max(a, b), first === Infinity ? Date.now() : first),
      ...this.result(name, compared),
    };
  }

  private result(
    name: string,
    { events, keys, series, truncated }: Comparison,
  ): Omit<api.SimulationResult, 'policy' | 'oneIn' | 'fromMs' | 'toMs'> {
    const side = (denials: (key: ReplayedKey) => number): api.SimulationSide => {
      const denied = keys.reduce((sum, key) => sum + denials(key), 0);
      return { allowed: events - denied, denied, blockedKeys: keys.filter((key) => denials(key) > 0).length };
    };
    const listed = (wanted: (key: ReplayedKey) => boolean, weight: (key: ReplayedKey) => number): api.SimulatedKey[] =>
      keys
        .filter(wanted)
        .sort((a, b) => weight(b) - weight(a))
        .slice(0, MOST_KEYS)
        .map(({ identity, ...counts }) => ({ key: this.core.keys.of(identity, name), ...counts }));
    return {
      events,
      keys: keys.length,
      before: side(({ deniedBefore }) => deniedBefore),
      after: side(({ deniedAfter }) => deniedAfter),
      series,
      newlyBlocked: listed(
        ({ deniedBefore, deniedAfter }) => deniedBefore === 0 && deniedAfter > 0,
        ({ deniedAfter }) => deniedAfter,
      ),
      released: listed(
        ({ deniedBefore, deniedAfter }) => deniedBefore > 0 && deniedAfter === 0,
        ({ deniedBefore }) => deniedBefore,
      ),
      truncated,
    };
  }

  /** As it is in force, and with the patch on top. */
  private policies(name: string, patch: api.SimulationRequest['patch']): { now: AnyPolicy; then: AnyPolicy } {
    const { registry } = this.core.runtime;
    const known = registry.known().find((policy) => policy.name === name);
    if (known === undefined) throw AdminError.invalid('policy', 'There is no such policy.');
    const { burst, precision, timeZone, ...options } = registry.optionsOf(name) ?? known.code;
    const isOther = patch.algorithm !== undefined && patch.algorithm !== known.policy.algorithm;
    // What belongs to the algorithm that it has now says nothing to another one.
    const own = isOther ? {} : { burst, precision, timeZone };
    const problems = new Problems();
    const then = registry.compile(name, 'patch', { ...options, ...own, ...saidOf(patch) }, problems);
    const [problem] = problems.found;
    if (then !== undefined) return { now: known.policy, then: isOther ? then : whereItFits(then, known.policy) };
    throw AdminError.invalid(
      'patch',
      problem === undefined ? 'It does not fit.' : `${problem.path} ${problem.problem} ${problem.remedy}`,
    );
  }

  /**
   * A policy that refuses nobody has no denials; where it is in shadow mode before and after, what it would refuse is
   * compared. Keys with a change of their own keep it.
   */
  private judge(policy: AnyPolicy, now: AnyPolicy, other: PolicyMode): Judge {
    const refuses = policy.mode === 'enforce' || (policy.mode === 'shadow' && other === 'shadow');
    if (!refuses) return () => undefined;
    const { keys } = this.core.plane.inForce;
    return ({ identity, limit }: RecordedEvent) => {
      const adjusted = keys.inForce(now, identity);
      const own = adjusted?.policy.quota;
      if (own !== undefined)
        return adjusted?.patch.mode === undefined || adjusted.patch.mode === 'enforce' ? own : undefined;
      // A limit that came with the request gives way to one that the patch says for all.
      const isReplaced = now.limitOf !== undefined && policy.quota !== undefined;
      return limit === undefined || isReplaced ? policy.quota : quotaIfFits(policy, limit);
    };
  }
}
