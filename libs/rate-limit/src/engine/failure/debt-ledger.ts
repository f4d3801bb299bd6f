import { AgingMap } from '../../core/aging-map';
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

/**
 * What was let through while the store could not see it, by bucket and identity, until the next call for it. Holds at
 * most `maxKeys`, at 300 bytes or so each; beyond, the debts that grew longest ago are forgiven.
 */
export class DebtLedger {
  private readonly debts = new AgingMap<Debt>();

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

  /** The latest to grow is the newest. */
  private put(key: string, debt: Debt, now: number): void {
    this.debts.put(key, debt);
    this.dropOver(now);
    this.debts.dropOldest(this.maxKeys);
  }

  private dropOver(now: number): void {
    this.debts.dropOver((debt) => debt.isOver(now));
  }
}

function keyOf(bucketId: string, identity: string): string {
  return `${bucketId}\n${identity}`;
}
