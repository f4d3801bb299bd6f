import type { Charge } from '../../core/store';
import { Debt } from './debt';
import type { StoreFailure } from './store-failure';

/** Charges that carry their debts, and these debts, until it is known that the store got them. */
export interface Handover {
  readonly charges: readonly Charge[];
  readonly debts: readonly HandedDebt[];
}

interface HandedDebt {
  readonly key: string;
  readonly debt: Debt;
  /** Of the charge that carries it. */
  readonly place: number;
}

/** Each debt made and each look into the ledger pays for checking this many others, so that old ones leave by and by. */
const CHECKS = 2;

/**
 * What was let through while the store could not see it, by bucket and identity, until the next call for it. Holds at
 * most `maxKeys`, at 300 bytes or so each; beyond, the debts that grew longest ago are forgiven.
 */
export class DebtLedger {
  private readonly debts = new Map<string, Debt>();
  private unchecked = this.debts.entries();
  /** Goes from the oldest to the next. One that began anew would first pass all places that have been left. */
  private oldest = this.debts.keys();

  constructor(private readonly maxKeys: number) {}

  get size(): number {
    return this.debts.size;
  }

  /** Only for units that the store has certainly not charged and will not. */
  spend(charge: Charge, units: number, now: number): void {
    const key = keyOf(charge.bucketId, charge.identity);
    const debt = this.debts.get(key) ?? new Debt(charge.quota);
    debt.spend(charge.quota, units, now);
    this.put(key, debt, now);
  }

  /** Returns the units that the store will not be told of: none where it was told already. */
  refund({ bucketId, identity }: Charge, units: number, mark: number, now: number): number {
    return this.debts.get(keyOf(bucketId, identity))?.refund(units, mark, now) ?? 0;
  }

  /** Whether any of these has units to tell of. */
  owes(charges: readonly Charge[]): boolean {
    return this.debts.size > 0 && charges.some(({ bucketId, identity }) => this.debts.has(keyOf(bucketId, identity)));
  }

  forget(bucketId: string, identity: string): void {
    this.debts.delete(keyOf(bucketId, identity));
  }

  /** The charges as they are to be sent: debts leave the ledger with them. `undefined` where nothing is owed. */
  handOver(charges: readonly Charge[], now: number): Handover | undefined {
    this.dropOver(now);
    const debts: HandedDebt[] = [];
    const carrying = charges.map((charge, place) => {
      const key = keyOf(charge.bucketId, charge.identity);
      const debt = this.debts.get(key);
      if (debt === undefined) return charge;
      this.debts.delete(key);
      const owed = debt.owedAt(now);
      if (owed.length === 0) return charge;
      debts.push({ key, debt, place });
      return { ...charge, owed };
    });
    return debts.length > 0 ? { charges: carrying, debts } : undefined;
  }

  /** For a call that failed: those debts that certainly never reached the store. */
  takeBack({ debts }: Handover, failure: StoreFailure, now: number): void {
    for (const { key, debt, place } of debts) {
      if (failure.fateAt(place) !== 'unsent') continue;
      const newer = this.debts.get(key);
      newer?.absorb(debt, now);
      this.put(key, newer ?? debt, now);
    }
  }

  /** The latest to grow stands last. */
  private put(key: string, debt: Debt, now: number): void {
    this.debts.delete(key);
    this.debts.set(key, debt);
    this.dropOver(now);
    while (this.debts.size > this.maxKeys) this.forgetOldest();
  }

  private forgetOldest(): void {
    const { done, value } = this.oldest.next();
    if (done === true) this.oldest = this.debts.keys();
    else this.debts.delete(value);
  }

  /** Goes round the ledger a few entries at a time. */
  private dropOver(now: number): void {
    for (let check = 0; check < CHECKS; check++) {
      const { done, value } = this.unchecked.next();
      if (done === true) {
        this.unchecked = this.debts.entries();
        return;
      }
      const [key, debt] = value;
      if (debt.isOver(now)) this.debts.delete(key);
    }
  }
}

function keyOf(bucketId: string, identity: string): string {
  return `${bucketId}\n${identity}`;
}
