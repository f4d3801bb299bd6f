import type { Algorithm } from './algorithms/algorithm';
import type { Quota } from './quota';
import type { Verdict } from './store';

/**
 * The verdict on a call that took `granted` units at `now` and left this state behind, with `remaining` units: what was
 * available before, less those granted.
 */
export function grantedVerdict<State>(
  algorithm: Algorithm<State, Quota>,
  state: State | undefined,
  quota: Quota,
  granted: number,
  remaining: number,
  now: number,
): Verdict {
  return {
    outcome: 'allowed',
    granted,
    remaining,
    retryTicks: 0,
    nextUnitTicks: nextUnitTicks(algorithm, state, quota, remaining, now),
    resetTicks: resetTicks(algorithm, state, quota, remaining, now),
    mark: state === undefined ? now : algorithm.mark(state, now),
  };
}

/**
 * The verdict on a call that took nothing: what this policy by itself says of the cost. In a call of several policies
 * one that has room is `allowed` with 0 granted, because another refused.
 */
export function untakenVerdict<State>(
  algorithm: Algorithm<State, Quota>,
  state: State | undefined,
  quota: Quota,
  cost: number,
  now: number,
  remaining = algorithm.available(state, quota, now),
): Verdict {
  const impossible = cost > quota.capacity;
  return {
    outcome: impossible ? 'impossible' : cost > remaining ? 'denied' : 'allowed',
    granted: 0,
    remaining,
    retryTicks: impossible ? Infinity : algorithm.waitTicks(state, quota, cost, now, remaining),
    nextUnitTicks: nextUnitTicks(algorithm, state, quota, remaining, now),
    resetTicks: resetTicks(algorithm, state, quota, remaining, now),
    mark: now,
  };
}

/** What a policy says that is not asked: nothing is used, nothing was taken. */
export function untouchedVerdict({ capacity }: Quota): Verdict {
  return {
    outcome: 'allowed',
    granted: 0,
    remaining: capacity,
    retryTicks: 0,
    nextUnitTicks: 0,
    resetTicks: 0,
    mark: 0,
  };
}

function nextUnitTicks<State>(
  algorithm: Algorithm<State, Quota>,
  state: State | undefined,
  quota: Quota,
  remaining: number,
  now: number,
): number {
  return remaining < quota.capacity ? algorithm.waitTicks(state, quota, remaining + 1, now, remaining) : 0;
}

function resetTicks<State>(
  algorithm: Algorithm<State, Quota>,
  state: State | undefined,
  quota: Quota,
  remaining: number,
  now: number,
): number {
  return state !== undefined && remaining < quota.capacity ? algorithm.fullAt(state, quota) - now : 0;
}
