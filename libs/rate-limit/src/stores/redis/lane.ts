import { Batch, groupBySlot, type Waiting } from './batch';
import { FlushPlan, MAX_BATCHES_IN_FLIGHT } from './flush-plan';
import { LaneDeadline } from './lane-deadline';
import { LaneHealth } from './lane-health';
import type { LaneOptions } from './lane-options';
import { LaneQueue } from './lane-queue';
import { PendingAsk } from './pending-ask';
import { neverHadTurn, neverSent, readCallFailure, unanswered } from './redis-store-errors';
import { type Answer, type Ask, type DecideCall, decodeReply, encodeAsks } from './wire';

/** Some 100 ms of work for one Redis: whoever comes after that would be too late anyway. */
const MAX_QUEUED = 10_000;

/** The way to one node: sends asks in batches, bounds how long each may take, and knows when not to call. */
export class Lane {
  private readonly queue = new LaneQueue();
  private readonly inFlight = new Set<Batch>();
  private readonly deadline: LaneDeadline;
  private readonly health: LaneHealth;
  private readonly flushPlan = new FlushPlan(() => {
    this.flush();
  });
  private onIdle: (() => void) | undefined;

  constructor(private readonly options: LaneOptions) {
    this.health = new LaneHealth(options, (refusal) => {
      this.queue.rejectAll(refusal);
    });
    this.deadline = new LaneDeadline(options.deadlineMs, options.nowMs, () => {
      this.rejectOverdue();
    });
  }

  /** What every call is rejected with now; `undefined` where calls are made. */
  get refusal(): Error | undefined {
    return this.health.refusal;
  }

  /** Rejects with `StoreUnavailableError`. */
  decide(ask: Ask, slot: number): Promise<Answer> {
    if (this.health.refusal !== undefined) return Promise.reject(this.health.refusal);
    if (this.queue.length >= MAX_QUEUED) {
      return Promise.reject(neverSent(this.options.node, `${MAX_QUEUED} decisions wait for it already`));
    }
    const pending = new PendingAsk(ask, slot, this.options.nowMs());
    this.queue.push(pending);
    this.flushPlan.raised(this.queue.length, this.inFlight.size);
    return pending.answer;
  }

  /** Makes one call of its own, at once. */
  call(command: string, make: () => Promise<unknown>): Promise<unknown> {
    if (this.health.refusal !== undefined) return Promise.reject(this.health.refusal);
    return new Promise((resolve, reject) => {
      const group = [{ raisedAtMs: this.options.nowMs(), reject }];
      const batch = this.start(group, 1);
      make().then(
        (reply) => {
          resolve(reply);
          this.replied(command, batch);
        },
        (error: unknown) => {
          this.failed(group, batch, error);
        },
      );
    });
  }

  /** The connection is gone: what is in flight will not be answered. */
  lost(reason: string): void {
    const { error } = readCallFailure(this.options.node, new Error('Connection is closed'));
    for (const batch of [...this.inFlight]) {
      batch.rejectRaisedBy(Infinity, error);
      this.end(batch);
      this.options.onCommand?.failed(error);
    }
    this.health.failed('lost', reason);
  }

  /** The connection was made anew. */
  ready(): void {
    this.health.ready();
  }

  /** Rejects what waits, and resolves when what is in flight is answered or overdue. */
  close(): Promise<void> {
    this.health.close();
    this.queue.rejectAll(this.health.refusal as Error);
    return new Promise((resolve) => {
      this.onIdle = resolve;
      this.goOn();
    });
  }

  private flush(): void {
    const { deadlineMs, nowMs } = this.options;
    while (this.queue.length > 0 && this.inFlight.size < MAX_BATCHES_IN_FLIGHT) {
      this.queue.rejectRaisedBy(nowMs() - deadlineMs, this.neverHadTurn);
      const asks = this.queue.take();
      if (asks.length > 0) this.send(asks);
    }
  }

  private send(asks: readonly PendingAsk[]): void {
    const groups = this.options.isCluster ? groupBySlot(asks) : [asks];
    const batch = this.start(asks, groups.length);
    for (const group of groups) this.sendGroup(group, batch);
  }

  private sendGroup(group: readonly PendingAsk[], batch: Batch): void {
    const { keyOf, nowTicks, send } = this.options;
    const asks = group.map(({ ask }) => ask);
    const call = encodeAsks(asks, keyOf, nowTicks?.());
    send(call, batch).then(
      (reply) => {
        this.answered(group, call, batch, reply);
      },
      (error: unknown) => {
        this.failed(group, batch, error);
      },
    );
  }

  private start(waiting: readonly Waiting[], replies: number): Batch {
    const batch = new Batch(waiting, this.options.nowMs(), replies);
    this.inFlight.add(batch);
    this.deadline.watch(batch.oldestAtMs);
    return batch;
  }

  private answered(group: readonly PendingAsk[], call: DecideCall, batch: Batch, reply: unknown): void {
    if (!batch.isGone) {
      try {
        const answers = decodeReply(call.groups, reply);
        for (let i = 0; i < group.length; i++) group[i]?.resolve(answers[i] as Answer);
      } catch (error) {
        for (const { reject } of group) reject(error as Error);
      }
    }
    this.replied('evalsha', batch);
  }

  private failed(group: readonly Waiting[], batch: Batch, cause: unknown): void {
    if (batch.isGone) return;
    const { error, weight } = readCallFailure(this.options.node, cause);
    for (const { reject } of group) reject(error);
    this.health.failed(weight, error.message);
    this.options.onCommand?.failed(error);
    this.endAfterReplies(batch);
  }

  private replied(command: string, batch: Batch): void {
    if (batch.isGone) {
      this.health.answeredLate();
      return;
    }
    this.health.answered();
    const { nowMs, onCommand } = this.options;
    onCommand?.answered(command, nowMs() - batch.sentAtMs);
    this.endAfterReplies(batch);
  }

  private endAfterReplies(batch: Batch): void {
    if (--batch.repliesDue === 0) this.end(batch);
  }

  private end(batch: Batch): void {
    batch.isGone = true;
    this.inFlight.delete(batch);
    this.goOn();
  }

  private goOn(): void {
    if (this.queue.length > 0) this.flushPlan.plan(this.inFlight.size);
    if (this.onIdle === undefined || this.inFlight.size > 0) return;
    this.deadline.stop();
    this.onIdle();
  }

  private rejectOverdue(): void {
    const { node, deadlineMs, nowMs } = this.options;
    const raisedByMs = nowMs() - deadlineMs;
    this.queue.rejectRaisedBy(raisedByMs, this.neverHadTurn);
    for (const batch of [...this.inFlight]) {
      batch.rejectRaisedBy(raisedByMs, unanswered(node, deadlineMs));
      if (batch.sentAtMs > raisedByMs) continue;
      this.end(batch);
      this.health.failed('one', `no answer within ${deadlineMs} ms`);
      this.options.onCommand?.failed(unanswered(node, deadlineMs));
    }
    const oldestAtMs = Math.min(this.queue.oldestAtMs ?? Infinity, ...[...this.inFlight].map((b) => b.oldestAtMs));
    if (oldestAtMs < Infinity) this.deadline.watch(oldestAtMs);
  }

  private readonly neverHadTurn = (): Error => neverHadTurn(this.options.node, this.options.deadlineMs);
}
