import { Batch, type Waiting } from './batch';
import { FlushPlan, MAX_BATCHES_IN_FLIGHT } from './flush-plan';
import { LaneDeadline } from './lane-deadline';
import { neverHadTurn, neverSent, unanswered } from './redis-store-errors';
import type { ThrottleGroup, ThrottleReply } from './throttle-wire';

/** A group that somebody waits for. */
export interface WaitingGroup extends Waiting {
  readonly group: ThrottleGroup;
  /** Of the keys of the group, in a cluster; 0 elsewhere. */
  readonly slot: number;
  readonly resolve: (replies: readonly ThrottleReply[]) => void;
}

export interface ThrottleLineOptions {
  /** For messages. */
  readonly node: string;
  readonly deadlineMs: number;
  /** Monotonic. */
  readonly nowMs: () => number;
  /** Sends groups whose keys share a slot. */
  readonly send: (
    groups: readonly ThrottleGroup[],
    slot: number,
    batch: Batch,
  ) => Promise<readonly (readonly ThrottleReply[])[]>;
}

/** Redis does nothing else while a script runs. */
const MAX_GROUPS_PER_BATCH = 128;
/** Some 100 ms of work for one Redis: whoever comes after that would be too late anyway. */
const MAX_WAITING = 10_000;

/** What waits for one node. Each group is rejected at its own deadline, wherever it is then. */
export class ThrottleLine {
  private readonly waiting: WaitingGroup[] = [];
  private readonly inFlight = new Set<Batch>();
  private readonly deadline: LaneDeadline;
  private readonly flushPlan = new FlushPlan(() => {
    this.flush();
  });

  constructor(private readonly options: ThrottleLineOptions) {
    this.deadline = new LaneDeadline(options.deadlineMs, options.nowMs, () => {
      this.rejectOverdue();
    });
  }

  add(pending: WaitingGroup): void {
    if (this.waiting.length >= MAX_WAITING) {
      pending.reject(neverSent(this.options.node, `${MAX_WAITING} decisions wait for it already`));
      return;
    }
    this.waiting.push(pending);
    this.deadline.watch(pending.raisedAtMs);
    this.flushPlan.raised(this.waiting.length, this.inFlight.size);
  }

  private flush(): void {
    this.rejectWaiting(this.options.nowMs() - this.options.deadlineMs);
    while (this.waiting.length > 0 && this.inFlight.size < MAX_BATCHES_IN_FLIGHT) {
      this.sendBatch(this.waiting.splice(0, MAX_GROUPS_PER_BATCH));
    }
  }

  private sendBatch(pending: readonly WaitingGroup[]): void {
    const slots = bySlot(pending);
    const batch = new Batch(pending, this.options.nowMs(), slots.length);
    this.inFlight.add(batch);
    for (const those of slots) this.sendToSlot(those, batch);
  }

  private sendToSlot(pending: readonly WaitingGroup[], batch: Batch): void {
    const groups = pending.map(({ group }) => group);
    this.options.send(groups, pending[0]?.slot ?? 0, batch).then(
      (replies) => {
        for (let i = 0; i < pending.length; i++) pending[i]?.resolve(replies[i] as readonly ThrottleReply[]);
        if (--batch.repliesDue === 0) this.end(batch);
      },
      (error: unknown) => {
        for (const one of pending) one.reject(error as Error);
        if (--batch.repliesDue === 0) this.end(batch);
      },
    );
  }

  private end(batch: Batch): void {
    batch.isGone = true;
    this.inFlight.delete(batch);
    if (this.waiting.length > 0) this.flushPlan.plan(this.inFlight.size);
  }

  /** Nothing may be counted for whom nobody waits any more. */
  private rejectWaiting(raisedByMs: number): void {
    let late = 0;
    while ((this.waiting[late]?.raisedAtMs ?? Infinity) <= raisedByMs) late++;
    if (late === 0) return;
    const error = neverHadTurn(this.options.node, this.options.deadlineMs);
    for (const one of this.waiting.splice(0, late)) one.reject(error);
  }

  private rejectOverdue(): void {
    const { node, deadlineMs, nowMs } = this.options;
    const raisedByMs = nowMs() - deadlineMs;
    this.rejectWaiting(raisedByMs);
    let oldestAtMs = this.waiting[0]?.raisedAtMs ?? Infinity;
    for (const batch of [...this.inFlight]) {
      batch.rejectRaisedBy(raisedByMs, unanswered(node, deadlineMs));
      if (batch.sentAtMs <= raisedByMs) this.end(batch);
      else oldestAtMs = Math.min(oldestAtMs, batch.oldestAtMs);
    }
    if (oldestAtMs < Infinity) this.deadline.watch(oldestAtMs);
  }
}

/** In their order: a script of Redis Cluster may only touch one slot. */
function bySlot(pending: readonly WaitingGroup[]): readonly (readonly WaitingGroup[])[] {
  if (pending.every(({ slot }) => slot === pending[0]?.slot)) return [pending];
  const slots = new Map<number, WaitingGroup[]>();
  for (const one of pending) {
    const others = slots.get(one.slot);
    if (others === undefined) slots.set(one.slot, [one]);
    else others.push(one);
  }
  return [...slots.values()];
}
