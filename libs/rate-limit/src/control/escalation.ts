import { createHash } from 'node:crypto';
import type { BanRule } from '../core/ban';
import type { PolicyDecision } from '../core/decision';
import type { SlidingWindowQuota } from '../core/quota';
import type { Charge, RateLimitStore } from '../core/store';
import { ticksFromMs } from '../core/ticks';
import { bucketIdOf } from '../engine/bucket-id';
import type { ControlPlane } from './control-plane';
import type { Listener } from './decision-journal';
import { type EntryDocument, isInForce } from './documents';
import { CROWD } from './newcomers';

const PRECISION = 10;
const MOST_WAITING = 10_000;
/** Asked of the store together. One by one, operators would wait for thousands of round trips while a flood is refused. */
const AT_ONCE = 256;
const SYSTEM = { id: 'system', name: 'Floodgate' };

export interface EscalationOptions {
  readonly plane: ControlPlane;
  /** Where denials are counted: the limiter's own store, so that all instances count together. */
  readonly buckets: RateLimitStore;
  readonly instance: string;
  /** Told how many denials were not counted for bans. */
  readonly onDropped: (events: number) => void;
}

interface Waiting {
  readonly policy: string;
  readonly rule: BanRule;
  readonly identity: string;
  denials: number;
}

/**
 * Turns repeated denials of a key into a ban for all instances. Denials are counted here as they are decided, and
 * together once a poll, in a sliding window of the shared store: those of one policy wherever it bans, by the rule of
 * the route.
 */
export class Escalation implements Listener {
  private waiting = new Map<string, Waiting>();

  constructor(private readonly options: EscalationOptions) {}

  decided({ policy }: PolicyDecision, { identity, ban: rule }: Charge): void {
    // Many clients together are no client that could be banned.
    if (rule === undefined || identity.startsWith(`${CROWD}:`)) return;
    const key = `${policy}\n${identity}`;
    const known = this.waiting.get(key);
    if (known !== undefined) known.denials++;
    else if (this.waiting.size < MOST_WAITING) this.waiting.set(key, { policy, rule, identity, denials: 1 });
    else this.options.onDropped(1);
  }

  /** Tells the store of the denials since the last time, and bans who has had too many. */
  async flush(): Promise<void> {
    if (this.waiting.size === 0) return;
    const waiting = [...this.waiting.values()];
    this.waiting = new Map();
    for (let from = 0; from < waiting.length; from += AT_ONCE) {
      const some = waiting.slice(from, from + AT_ONCE);
      const told = await Promise.allSettled(some.map(async (denied) => this.judge(denied)));
      const failure = told.find((result) => result.status === 'rejected');
      if (failure === undefined) continue;
      // A store that does not answer would not for the others either.
      const lost = [...some.filter((_, i) => told[i]?.status === 'rejected'), ...waiting.slice(from + AT_ONCE)];
      for (const { denials } of lost) this.options.onDropped(denials);
      throw failure.reason;
    }
  }

  private async judge(denied: Waiting): Promise<void> {
    // Of instances that had not heard of the ban yet: those denials are no new offence.
    if (!this.isBanned(denied) && (await this.isTooMuch(denied))) await this.ban(denied);
  }

  private isBanned({ policy, identity }: Waiting): boolean {
    const known = this.options.plane.find(banId(policy, identity));
    return known !== undefined && isInForce(known, Date.now());
  }

  private async isTooMuch({ policy, identity, rule, denials }: Waiting): Promise<boolean> {
    const perTicks = ticksFromMs(rule.withinMs);
    const quota: SlidingWindowQuota = {
      algorithm: 'sliding-window',
      limit: rule.after,
      capacity: rule.after,
      perTicks,
      precision: PRECISION,
      cellTicks: Math.ceil(perTicks / PRECISION),
    };
    const bucketId = denialsBucket(policy);
    const cost = Math.min(denials, rule.after);
    const verdict = await this.options.buckets.consumeUpTo({
      bucketId,
      identity,
      quota,
      cost,
      onStoreFailure: 'local',
    });
    return verdict.remaining === 0;
  }

  private async ban({ policy, identity, rule, denials }: Waiting): Promise<void> {
    const { plane, instance } = this.options;
    const id = banId(policy, identity);
    const known = plane.find(id);
    const before = known?.kind === 'entry' ? known : undefined;
    const nowMs = Date.now();
    const { offences, lengthMs } = nextBan(rule, before, nowMs);
    const reason = `${String(rule.after)} denials or more within ${String(rule.withinMs / 1_000)} seconds.`;
    const document: EntryDocument = {
      kind: 'entry',
      id,
      version: (before?.version ?? 0) + 1,
      list: 'ban',
      target: { kind: 'key', key: identity },
      origin: 'escalation',
      policy,
      offences,
      lengthMs,
      reason,
      createdBy: SYSTEM,
      createdAtMs: nowMs,
      changedBy: SYSTEM,
      changedAtMs: nowMs,
      expiresAtMs: nowMs + lengthMs,
      removed: false,
    };
    const record = { action: 'entry.create', outcome: 'done', changes: [], requestId: null } as const;
    const kind = identity.slice(0, identity.indexOf(':'));
    const { outcome } = await plane.store.write(document, document.version - 1, {
      ...record,
      id: `${String(nowMs)}-${id}`,
      atMs: nowMs,
      actor: SYSTEM,
      target: `ban of one ${kind}`,
      policy,
      documentId: id,
      reason,
      instance,
    });
    if (outcome === 'full') {
      this.options.onDropped(denials);
      return;
    }
    // The denials that made it are spent: the next ban needs as many again.
    await this.options.buckets.reset(denialsBucket(policy), identity);
  }
}

/** Each ban is `factor` times as long as the one before; a ban's length of good behaviour takes one step back. */
export function nextBan(
  rule: BanRule,
  before: Pick<EntryDocument, 'offences' | 'lengthMs' | 'expiresAtMs' | 'removed' | 'changedAtMs'> | undefined,
  nowMs: number,
): { readonly offences: number; readonly lengthMs: number } {
  const endedMs = before === undefined ? nowMs : before.removed ? before.changedAtMs : (before.expiresAtMs ?? nowMs);
  const goodMs = Math.max(0, nowMs - endedMs);
  const steps = before === undefined || before.lengthMs === 0 ? 0 : Math.floor(goodMs / before.lengthMs);
  const offences = Math.max(0, (before?.offences ?? 0) - steps);
  return { offences: offences + 1, lengthMs: Math.min(rule.maxMs, rule.forMs * rule.factor ** offences) };
}

/** Where the denials of a policy are counted. */
export function denialsBucket(policy: string): string {
  return bucketIdOf(policy, 'sliding-window', 'denials');
}

function banId(policy: string, identity: string): string {
  const digest = createHash('sha256').update(JSON.stringify([policy, identity]));
  return `b-${digest.digest('base64url').slice(0, 16)}`;
}
