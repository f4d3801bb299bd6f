import { algorithmOf, type BucketState } from '../../core/algorithms/registry';
import { type LeaseGrant, NO_LEASE } from '../../core/lease/lease';
import type { SlidingWindowQuota } from '../../core/quota';
import type { Charge, Verdict } from '../../core/store';
import { grantedVerdict, untakenVerdict } from '../../core/verdict';
import type { AskGroup } from './ask-group';
import { ReplyNumbers } from './reply-numbers';
import type { Ask } from './wire';

/** What an ask is answered with: its verdicts, what is leased, or the units given back. */
export type Answer = readonly Verdict[] | LeaseGrant | number;

/**
 * Per ask of the batch: its verdicts; of a lease what is granted, of a refund the units given back, of a return 0. What
 * follows from state, quota and cost is worked out here and not in Redis, of which there is only one.
 */
export function decodeReply(groups: readonly AskGroup[], reply: unknown): readonly Answer[] {
  const numbers = new ReplyNumbers(reply);
  const now = numbers.next();
  const answers: Answer[] = [];
  for (const group of groups) {
    if (group.times === 1) answers[group.place] = answerTo(group.ask, numbers, now);
    else answerAll(group, numbers, now, answers);
  }
  numbers.end();
  return answers;
}

function answerTo(ask: Ask, reply: ReplyNumbers, now: number): Answer {
  if (ask.kind === 'refund') {
    const { quota } = ask.charges[0];
    return quota.algorithm === 'token-bucket' ? reply.next() / quota.ticksPerUnit : reply.next();
  }
  if (ask.kind === 'consumeUpTo') {
    const granted = reply.next();
    return [verdictOn(ask.charges[0], granted, reply, now)];
  }
  if (ask.kind === 'giveBack') return 0;
  if (ask.kind === 'lease') return grantTo(ask.charges, reply, now);
  return verdictsOn(ask.charges, reply, now);
}

function verdictsOn(charges: readonly Charge[], reply: ReplyNumbers, now: number): readonly Verdict[] {
  const [first] = charges;
  // As nearly always. A list that grows would take room for seventeen.
  if (first !== undefined && charges.length === 1) return [verdictOn(first, first.cost, reply, now)];
  return charges.map((charge) => verdictOn(charge, charge.cost, reply, now));
}

/** Of those that were granted Redis tells the last; those before it left more. All others are refused alike. */
function answerAll(group: AskGroup, reply: ReplyNumbers, now: number, answers: Answer[]): void {
  const { ask, times } = group;
  const charges = ask.charges as readonly Charge[];
  const granted = reply.nextUpTo(times);
  if (granted > 0) {
    const last = verdictsOn(charges, reply, now);
    answers[group.placeOf(granted - 1)] = last;
    for (let nth = 0; nth < granted - 1; nth++) {
      answers[group.placeOf(nth)] = last.map((verdict, i) => before(verdict, charges[i] as Charge, granted - 1 - nth));
    }
  }
  if (granted === times) return;
  const refusal = verdictsOn(charges, reply, now);
  for (let nth = granted; nth < times; nth++) answers[group.placeOf(nth)] = refusal;
}

/** What was said of a charge that was granted so many times before: of that very moment, and with nothing between. */
function before(verdict: Verdict, { quota, cost }: Charge, times: number): Verdict {
  const remaining = verdict.remaining + times * cost;
  // A bucket fills unit by unit; a window until its newest unit is as long ago, or it ends.
  const resetTicks =
    quota.algorithm === 'token-bucket' ? verdict.resetTicks - times * cost * quota.ticksPerUnit : verdict.resetTicks;
  return { ...verdict, remaining, resetTicks };
}

/** As lua/leases.lua answers. */
function grantTo(charges: readonly Charge[], reply: ReplyNumbers, now: number): LeaseGrant {
  const calls = reply.next();
  const lifeTicks = calls > 0 ? reply.next() : 0;
  const verdicts = charges.map((charge) => verdictOn(charge, calls * charge.cost, reply, now));
  return calls > 0 ? { calls, lifeTicks, endTick: now + lifeTicks, verdicts } : { ...NO_LEASE, verdicts };
}

/** The numbers of each algorithm are listed in lua/asks.lua. `cost` is what was granted, where the ask was. */
function verdictOn(charge: Charge, cost: number, reply: ReplyNumbers, now: number): Verdict {
  const { quota } = charge;
  const first = reply.next();
  const taken = first >= 0;
  const number = taken ? first : -1 - first;
  if (quota.algorithm === 'sliding-window') {
    return slidingVerdict(quota, taken ? cost : undefined, charge.cost, number, reply, now);
  }
  const state: BucketState =
    quota.algorithm === 'token-bucket' ? now + number : { end: now + reply.next(), used: number };
  const algorithm = algorithmOf(quota);
  return taken
    ? grantedVerdict(algorithm, state, quota, cost, algorithm.available(state, quota, now), now)
    : untakenVerdict(algorithm, state, quota, charge.cost, now);
}

function slidingVerdict(
  quota: SlidingWindowQuota,
  granted: number | undefined,
  cost: number,
  remaining: number,
  reply: ReplyNumbers,
  now: number,
): Verdict {
  const isFull = remaining >= quota.limit;
  const next = isFull ? 0 : reply.next();
  // Negative: a whole window until the bucket is full.
  const nextUnitTicks = Math.abs(next);
  const resetTicks = isFull ? 0 : next < 0 ? quota.perTicks : reply.next();
  const times = { remaining, nextUnitTicks, resetTicks, mark: now };
  if (granted !== undefined) return { outcome: 'allowed', granted, retryTicks: 0, ...times };
  if (cost > quota.limit) return { outcome: 'impossible', granted: 0, retryTicks: Infinity, ...times };
  if (cost > remaining) return { outcome: 'denied', granted: 0, retryTicks: reply.next(), ...times };
  return { outcome: 'allowed', granted: 0, retryTicks: 0, ...times };
}
