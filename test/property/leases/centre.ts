import { TICKS_PER_MS, type Verdict } from 'nest-floodgate/testing';
import type { LeaseGrant, LeaseReturn, LeaseTerms } from '../../../libs/rate-limit/src/core/lease/lease';
import type { AnyLeasing } from '../../../libs/rate-limit/src/core/lease/leasings';
import type { Charge } from '../../../libs/rate-limit/src/core/store';
import { SharedMemory } from '../../../libs/rate-limit/src/testing/shared-memory';
import { type Incident, Ledger } from './ledger';
import type { Network } from './network';
import type { Timeline } from './timeline';

interface Given {
  readonly charge: Charge;
  readonly mark: number;
  readonly admission: { returned: number };
}

/** The store that all instances share, and the ledger of what it and they let through. */
export class Centre {
  readonly ledger = new Ledger();
  /** Leases that leave less than half of what there was. */
  greed = 0;
  private readonly store: SharedMemory;
  private readonly given: Given[] = [];
  private steppedTicks = 0;

  constructor(
    private readonly timeline: Timeline,
    leasingOf: ((quota: Charge['quota']) => AnyLeasing) | undefined,
  ) {
    this.store = new SharedMemory({ clock: this, ...(leasingOf && { leasingOf }) });
  }

  nowTicks(): number {
    return this.timeline.now + this.steppedTicks;
  }

  /** Lets through at this instant, if the instance hears of it. */
  consume(network: Network, charges: readonly Charge[]): Promise<readonly Verdict[]> {
    let at = 0;
    return network.call(
      () => {
        at = this.nowTicks();
        return this.store.consume(charges);
      },
      (verdicts) => {
        this.admit(charges, verdicts, at);
      },
    );
  }

  peek(charges: readonly Charge[]): readonly Verdict[] {
    return this.store.peek(charges);
  }

  lease(charges: readonly Charge[], terms: LeaseTerms): LeaseGrant {
    const grant = this.store.lease(charges, terms);
    this.ledger.granted(charges, grant);
    if (grant.verdicts.some(({ remaining, granted }) => granted > remaining)) this.greed++;
    return grant;
  }

  giveBack(charges: readonly Charge[], lease: LeaseReturn): void {
    this.ledger.told(charges, lease);
    this.store.giveBack(charges, lease);
  }

  admit(charges: readonly Charge[], verdicts: readonly Verdict[], at = this.nowTicks()): void {
    if (verdicts.some(({ outcome }) => outcome !== 'allowed')) return;
    charges.forEach((charge, i) => {
      const admission = this.ledger.admit(charge, at);
      this.given.push({ charge, mark: verdicts[i]!.mark, admission });
    });
  }

  /** Gives back units of an earlier call, counted from the newest. */
  refund(pick: number, units: number): void {
    const [given] = this.given.splice(this.given.length - 1 - (pick % Math.max(1, this.given.length)), 1);
    const asked = Math.min(units, given?.charge.cost ?? 0);
    if (given === undefined || asked === 0) return;
    given.admission.returned += this.store.refund(given.charge, asked, given.mark);
  }

  reset(bucketId: string, identity: string): void {
    this.ledger.happens('loss', this.nowTicks(), bucketId);
    this.store.reset(bucketId, identity);
    this.timeline.now++;
  }

  async happen(what: Incident['kind'], ms: number): Promise<void> {
    // What arrives at this very tick comes before.
    await this.timeline.runUntil(this.timeline.now);
    if (this.ledger.incident !== undefined) return;
    this.ledger.happens(what, this.nowTicks());
    if (what === 'loss') this.store.lose();
    else this.steppedTicks += ms * TICKS_PER_MS;
    await this.timeline.runUntil(this.timeline.now + 1);
  }
}
