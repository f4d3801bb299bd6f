import type { Charge } from '../../core/store';
import type { Ask } from './wire';

/** An ask of a batch, and those that repeat it: Redis decides them as one where all of them fit. */
export class AskGroup {
  private others: number[] | undefined;

  constructor(
    readonly ask: Ask,
    /** Of the ask, in its batch. */
    readonly place: number,
    /** The place of its kind in the program. */
    readonly kindAt: number,
  ) {}

  get times(): number {
    return 1 + (this.others?.length ?? 0);
  }

  /** Where the nth of them stands in the batch, from 0. */
  placeOf(nth: number): number {
    return (nth === 0 ? this.place : this.others?.[nth - 1]) as number;
  }

  add(place: number): void {
    if (this.others === undefined) this.others = [place];
    else this.others.push(place);
  }
}

/** Whether an ask may be decided as the same one asked once more: it takes the same units of the same buckets. */
export function repeats(ask: Ask, earlier: Ask): boolean {
  if (ask.kind !== 'consume' || earlier.kind !== 'consume') return false;
  const { charges } = ask;
  if (charges.length !== earlier.charges.length) return false;
  for (let i = 0; i < charges.length; i++) {
    if (!repeatsCharge(charges[i] as Charge, earlier.charges[i] as Charge)) return false;
  }
  return charges.length > 0;
}

function repeatsCharge(charge: Charge, earlier: Charge): boolean {
  return (
    charge.quota === earlier.quota &&
    charge.cost === earlier.cost &&
    charge.cost > 0 &&
    charge.bucketId === earlier.bucketId &&
    charge.identity === earlier.identity &&
    owesNothing(charge) &&
    owesNothing(earlier)
  );
}

export function owesNothing({ owed }: Charge): boolean {
  return owed === undefined || owed.length === 0;
}
