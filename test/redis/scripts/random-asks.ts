import { type Quota, quotaOf, TICKS_PER_MS } from 'nest-floodgate/testing';
import type { Charge, OwedUnits } from '../../../libs/rate-limit/src/core/store';
import type { LeaseReturn } from '../../../libs/rate-limit/src/core/lease/lease';
import type { Answer, Ask } from '../../../libs/rate-limit/src/stores/redis/wire';
import type { Random } from '../../../libs/rate-limit/src/testing/random-numbers';

const LIMITS = [0, 1, 2, 3, 5, 9, 20, 40, 300, 100_000, 1_000_000_000];
/** In milliseconds. */
const PERS = [1, 7, 1_000, 60_000, 3_600_000, 86_400_000, 864_000_000];
const CALENDARS = [
  { per: 'day', timeZone: 'Europe/Berlin' },
  { per: 'week', timeZone: 'UTC' },
  { per: 'month', timeZone: 'America/Sao_Paulo' },
];

/** A policy whose limit or window may differ from call to call. */
interface Policy {
  readonly bucketId: string;
  quota(): Quota;
}

/**
 * Calls on a few identities and policies, on a clock that waits, stands still and steps back. One schedule in three is
 * steady instead: mostly small charges of unchanging policies, as time goes on, which is how logs get full.
 */
export class RandomAsks {
  now = 400_000_000_000_000;
  private readonly policies: readonly Policy[];
  /** The clock of Redis shows whole microseconds; one schedule in four has a finer one. */
  private readonly grain: number;
  private readonly leases: boolean;
  private readonly isSteady: boolean;
  private readonly leased: { readonly charges: readonly Charge[]; readonly lease: LeaseReturn }[] = [];
  private readonly taken: { readonly charge: Charge; readonly mark: number }[] = [];

  constructor(
    private readonly schedule: number,
    private readonly random: Random,
  ) {
    this.grain = this.random(4) === 0 ? 1 : 8;
    this.leases = this.random(2) === 0;
    this.isSteady = this.random(3) === 0;
    const kinds = [this.tokenBucket(), this.slidingWindow(), this.slidingWindow(), this.fixedWindow()];
    this.policies = kinds.map((quota, i) => ({ bucketId: `p${i}`, quota }));
    this.now += this.random(86_400_000) * TICKS_PER_MS + this.random(8);
  }

  /** Lets time pass, or steps back. */
  tick(): void {
    const { perTicks } = this.one(this.isSteady ? this.policies.slice(1, 2) : this.policies).quota();
    if (this.isSteady) {
      this.now += Math.floor(perTicks / this.one([1e9, 100, 30, 20, 12]) / this.grain) * this.grain;
      return;
    }
    const eighths = this.one([0, 0, 0, 0.1, 0.3, 1, 2, 4, 8, 9, 16]);
    const step = Math.floor((perTicks * eighths) / 8 / this.grain) * this.grain + (this.random(5) - 2) * this.grain;
    const back = this.random(12) === 0;
    this.now += back ? -step * this.one([0.2, 1, 1, 20]) : Math.max(0, step);
    this.now = Math.max(100_000_000_000_000, Math.round(this.now / this.grain) * this.grain);
  }

  /** Some of them are asked again and again, at once or when others were asked. */
  batch(length: number): readonly Ask[] {
    const batch: Ask[] = [];
    const repeats = this.one([0, 0, 2, 5, 9]);
    while (batch.length < length) {
      const earlier = batch[batch.length - 1 - this.random(this.one([1, 1, 3]))];
      batch.push(earlier !== undefined && this.random(10) < repeats ? earlier : this.ask());
    }
    return batch;
  }

  ask(): Ask {
    const leases = this.leases ? this.random(this.isSteady ? 40 : 6) : 2;
    if (leases === 0) return this.lease();
    if (leases === 1) return this.giveBack();
    const kind = this.random(this.isSteady ? 200 : 10);
    if (kind === 0) return { kind: 'peek', charges: this.charges() };
    if (kind === 1) return { kind: 'consumeUpTo', charges: [this.charge(this.one(this.policies))] };
    if (kind > 3) return { kind: 'consume', charges: this.charges() };
    const fallback = { charge: this.charge(this.one(this.policies)), mark: this.now };
    const { charge, mark } = this.taken[this.random(this.taken.length)] ?? fallback;
    return { kind: 'refund', charges: [charge], units: this.random(charge.cost + 2), mark };
  }

  /** Remembers what was granted, so that some of it is given back. */
  learn(ask: Ask, answer: Answer): void {
    if (typeof answer === 'number') return;
    if ('calls' in answer) {
      const { calls, endTick } = answer;
      const spent = this.random(calls + 1);
      if (calls > 0) this.leased.push({ charges: ask.charges, lease: { spent, unspent: calls - spent, endTick } });
      return;
    }
    answer.forEach(({ granted, mark }, i) => {
      const charge = ask.charges[i]!;
      if (granted > 0) this.taken.push({ charge: { ...charge, cost: granted, owed: [] }, mark });
    });
    if (this.taken.length > 30) this.taken.splice(0, 10);
  }

  private lease(): Ask {
    const charges = this.chargesThatOweNothing();
    const lifeTicks = this.grain * (1 + this.random(this.one([3, 40, 100_000, 10_000_000])));
    return { kind: 'lease', charges, terms: { calls: 1 + this.random(20), share: this.one([1, 1, 2, 20]), lifeTicks } };
  }

  /** Mostly of a lease that was granted, now and then for the second time. */
  private giveBack(): Ask {
    const place = this.random(this.leased.length);
    const known = this.random(5) === 0 ? this.leased[place] : this.leased.splice(place, 1)[0];
    const none = { spent: 0, unspent: 1, endTick: this.now + this.grain };
    return { kind: 'giveBack', ...(known ?? { charges: this.chargesThatOweNothing(), lease: none }) };
  }

  private chargesThatOweNothing(): readonly Charge[] {
    return this.charges().map((charge) => ({ ...charge, owed: [] }));
  }

  private charges(): readonly Charge[] {
    const first = this.random(this.policies.length);
    const count = this.one([1, 1, 1, 2, 3, 4]);
    return Array.from({ length: count }, (_, i) => this.charge(this.policies[(first + i) % this.policies.length]!));
  }

  private charge({ bucketId, quota }: Policy): Charge {
    const now = quota();
    const most = this.isSteady ? now.capacity / 20 : now.capacity;
    const cost = this.one([this.isSteady ? 1 : 0, 1, 1, 1, 2, this.random(most + 2)]);
    const identity = `schedule:${this.schedule}:${this.random(3)}`;
    const owed = !this.isSteady && this.random(25) === 0 ? { owed: this.owed(now) } : {};
    return { bucketId, identity, quota: now, cost, ...owed };
  }

  private owed({ perTicks, capacity }: Quota): readonly OwedUnits[] {
    const ago = [0, 0.1, 0.9, 1, 1.1].map((part) => Math.floor(perTicks * part) + this.random(3));
    return Array.from({ length: this.random(4) }, () => ({
      units: 1 + this.random(capacity + 3),
      agoTicks: this.one(ago),
    })).sort((a, b) => b.agoTicks - a.agoTicks);
  }

  private tokenBucket(): () => Quota {
    const perUnit = 1 + this.random(1_000);
    const burst = 1 + this.random(20);
    if (this.random(3) === 0) {
      return () => ({
        algorithm: 'token-bucket',
        limit: burst,
        capacity: burst,
        perTicks: burst * perUnit,
        ticksPerUnit: perUnit,
      });
    }
    const per = this.one(PERS.slice(2));
    return this.mostlySame((limit, part) =>
      quotaOf({ algorithm: 'token-bucket', limit: Math.min(limit, 1_000), per: Math.ceil(per * part) }),
    );
  }

  private slidingWindow(): () => Quota {
    const precision = this.one(this.isSteady ? [1, 2, 3, 10] : [1, 2, 3, 10, 10, 16, 128]);
    const perTicks = this.grain * (1 + this.random(40));
    const limit = this.limit();
    if (!this.isSteady && this.random(3) === 0) {
      const cellTicks = Math.ceil(perTicks / precision);
      return () => ({ algorithm: 'sliding-window', limit, capacity: limit, perTicks, precision, cellTicks });
    }
    const per = this.one(PERS);
    return this.mostlySame((limit, part) =>
      quotaOf({ algorithm: 'sliding-window', limit, per: Math.ceil(per * part), precision }),
    );
  }

  private fixedWindow(): () => Quota {
    const window = this.one([...CALENDARS, ...PERS.map((per) => ({ per }))]);
    return this.mostlySame((limit) => quotaOf({ algorithm: 'fixed-window', limit, ...window }));
  }

  /** Now and then of another limit, or of part of the window. */
  private mostlySame(quotaFor: (limit: number, part: number) => Quota): () => Quota {
    const limit = this.limit();
    const usual = quotaFor(limit, 1);
    const others = [() => quotaFor(this.one(LIMITS), 1), () => quotaFor(limit, 0.9)];
    return () => (this.random(this.isSteady ? 2_000 : 15) === 0 ? this.one(others)() : usual);
  }

  private limit(): number {
    return this.one(this.isSteady ? LIMITS.slice(-4) : LIMITS);
  }

  private one<T>(choices: readonly T[]): T {
    return choices[this.random(choices.length)]!;
  }
}
