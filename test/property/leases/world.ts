import { TICKS_PER_MS } from 'nest-floodgate/testing';
import { leaseRules, type LeaseRules } from '../../../libs/rate-limit/src/engine/lease/lease-rules';
import { LeasedStore } from '../../../libs/rate-limit/src/engine/lease/leased-store';
import type { AnyLeasing } from '../../../libs/rate-limit/src/core/lease/leasings';
import type { Charge } from '../../../libs/rate-limit/src/core/store';
import { Centre } from './centre';
import { MachineClock } from './machine-clock';
import { Network } from './network';
import type { Action, Schedule } from './schedule';
import { settle, Timeline } from './timeline';

/** What a search may leave out of the rules. */
export interface Mutation {
  readonly rules?: Partial<LeaseRules>;
  readonly leasingOf?: (quota: Charge['quota']) => AnyLeasing;
  /** Every return is sent twice. */
  readonly repeatsReturns?: boolean;
}

interface Instance {
  readonly store: LeasedStore;
  readonly network: Network;
  readonly clock: MachineClock;
}

/** Several instances, the centre they share, and whatever comes between. */
export class World {
  decisions = 0;
  /** Leases asked for of more than one call after a timeout. */
  private haste = 0;
  /** Decisions by leases. */
  leased = 0;
  private readonly timeline = new Timeline();
  private readonly centre: Centre;
  private readonly instances: Instance[];
  /** Once in a schedule: what two of them add, one cannot tell apart. */
  private isReset = false;

  constructor(
    private readonly schedule: Schedule,
    private readonly mutation: Mutation = {},
  ) {
    this.centre = new Centre(this.timeline, mutation.leasingOf);
    this.instances = schedule.paces.map((pace) => this.start(pace));
  }

  async play(): Promise<number> {
    for (const action of this.schedule.actions) await this.act(action);
    await this.timeline.runUntil(this.timeline.now + 2_000 * TICKS_PER_MS);
    return this.centre.ledger.excess();
  }

  /** Leases that are larger than they may be, though they admit nothing too many. */
  get greed(): number {
    return this.centre.greed + this.haste;
  }

  private start(pace: number): Instance {
    const clock = new MachineClock(this.timeline, pace);
    const network = new Network(this.timeline, clock, this.schedule.deadlineMs);
    const { centre } = this;
    const unanswered = new Set<readonly Charge[]>();
    const store = new LeasedStore({
      store: {
        source: 'redis',
        consume: (charges) => centre.consume(network, charges),
        consumeUpTo: notPlayed,
        peek: (charges) => centre.peek(charges),
        refund: notPlayed,
        reset: (bucketId, identity) =>
          network.call(() => {
            centre.reset(bucketId, identity);
          }),
      },
      centre: {
        lease: (charges, terms) => {
          if (unanswered.delete(charges) && terms.calls > 1) this.haste++;
          const grant = network.call(() => centre.lease(charges, terms));
          grant.catch(() => unanswered.add(charges));
          return grant;
        },
        giveBack: async (charges, lease) => {
          const give = (): Promise<void> =>
            network.call(() => {
              centre.giveBack(charges, lease);
            });
          await Promise.all(this.mutation.repeatsReturns === true ? [give(), give()] : [give()]);
        },
      },
      instances: () => 1,
      timers: clock,
      unixMs: clock.unixMs,
      rules: {
        ...leaseRules,
        wanted: () => this.schedule.calls,
        share: () => 1,
        firstCalls: Infinity,
        ...this.mutation.rules,
      },
    });
    return { store, network, clock };
  }

  private async act(action: Action): Promise<void> {
    if (action.kind === 'wait') return this.timeline.runUntil(this.timeline.now + action.ticks);
    if (action.kind === 'waitFor') return this.timeline.runUntil(this.timeline.now + this.ticksOf(action));
    if (action.kind === 'allCall') {
      for (const instance of this.instances) {
        for (let call = 0; call < action.calls; call++) await this.call(instance, 0, action.gapTicks);
      }
      return;
    }
    if (action.kind === 'refund') {
      this.centre.refund(action.pick, action.units);
      return settle();
    }
    if (action.kind === 'centre') return this.centre.happen(action.what, action.ms);
    const place = action.instance % this.instances.length;
    const instance = this.instances[place] as Instance;
    switch (action.kind) {
      case 'calls':
        for (let call = 0; call < action.calls; call++) await this.call(instance, action.plan, action.gapTicks);
        break;
      case 'weather':
        instance.network.weather = action.weather;
        break;
      case 'crash':
        instance.network.isCut = true;
        this.instances[place] = this.start(action.pace);
        break;
      case 'close':
        instance.store.close().catch(() => undefined);
        this.instances[place] = this.start(action.pace);
        break;
      case 'reset': {
        if (this.isReset) break;
        this.isReset = true;
        const { bucketId, identity } = this.schedule.plans[0]![0]!;
        Promise.resolve(instance.store.reset(bucketId, identity)).catch(() => undefined);
        break;
      }
      case 'sleep':
        instance.clock.sleep(action.ticks);
        break;
      case 'stepWall':
        instance.clock.stepWall(action.ms);
        break;
    }
    await settle();
  }

  private ticksOf({ what, parts }: Extract<Action, { kind: 'waitFor' }>): number {
    const [{ quota, lease }] = this.schedule.plans[0] as readonly [Charge];
    return Math.round(parts * (what === 'window' ? quota.perTicks : lease!.maxMs * TICKS_PER_MS));
  }

  private async call({ store, clock }: Instance, plan: number, gapTicks: number): Promise<void> {
    await this.timeline.runUntil(this.timeline.now + gapTicks);
    if (clock.isAsleep) return;
    const { plans } = this.schedule;
    const charges = plans[plan % plans.length]!;
    this.decisions++;
    const answer = store.consume(charges);
    if (answer instanceof Promise) answer.catch(() => undefined);
    else {
      this.leased++;
      this.centre.admit(charges, answer);
    }
    await settle();
  }
}

function notPlayed(): never {
  throw new Error('No schedule has it.');
}
