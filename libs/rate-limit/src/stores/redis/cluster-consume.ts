import type { Charge, Verdict } from '../../core/store';
import type { Answer, Ask } from './wire';

/** The charges of a call that live in one slot, and where they stand in it. */
export interface SlotCharges {
  readonly slot: number;
  readonly charges: Charge[];
  readonly places: number[];
}

type Decide = (ask: Ask, slot: number) => Promise<Answer>;

export function chargesBySlot(charges: readonly Charge[], slotOf: (charge: Charge) => number): readonly SlotCharges[] {
  const groups = new Map<number, SlotCharges>();
  charges.forEach((charge, place) => {
    const slot = slotOf(charge);
    const group = groups.get(slot) ?? { slot, charges: [], places: [] };
    groups.set(slot, group);
    group.charges.push(charge);
    group.places.push(place);
  });
  return [...groups.values()];
}

/** What `consume` would say. Every slot answers for itself. */
export async function peekAcrossSlots(groups: readonly SlotCharges[], decide: Decide): Promise<readonly Verdict[]> {
  return inOrder(groups, await Promise.all(groups.map((group) => verdictsOf(group, 'peek', decide))));
}

/**
 * Takes every charge or none, although no script reaches all of them: every slot is charged at once, and if one
 * refuses, the others give back what is still held of these very charges. Never over; under for the moment between.
 *
 * If a slot fails, the others give back too, and the call rejects. What the failing one may have taken stays taken.
 */
export async function consumeAcrossSlots(groups: readonly SlotCharges[], decide: Decide): Promise<readonly Verdict[]> {
  const results = await Promise.allSettled(groups.map((group) => verdictsOf(group, 'consume', decide)));
  const failure = results.find((result) => result.status === 'rejected');
  const isTaken =
    failure === undefined && results.every((result) => result.status === 'fulfilled' && fits(result.value));
  const settled = results.map((result, i) => {
    const group = groups[i] as SlotCharges;
    if (result.status === 'rejected') return Promise.resolve([]);
    return isTaken || !fits(result.value) ? Promise.resolve(result.value) : undo(group, result.value, decide);
  });
  if (failure === undefined) return inOrder(groups, await Promise.all(settled));
  await Promise.allSettled(settled);
  throw failure.reason;
}

/** Gives back what was just taken, and tells how the slot stands then. */
async function undo(group: SlotCharges, verdicts: readonly Verdict[], decide: Decide): Promise<readonly Verdict[]> {
  // What a client owes was charged with the call, and stays so.
  const charges = group.charges.map((charge): Charge => ({ ...charge, owed: [] }));
  const refunds = charges.map((charge, i) => {
    const { granted, mark } = verdicts[i] as Verdict;
    return granted > 0 ? decide({ kind: 'refund', charges: [charge], units: granted, mark }, group.slot) : undefined;
  });
  // Raised after the refunds, so Redis comes to it after them.
  const peek = decide({ kind: 'peek', charges }, group.slot);
  const [after] = await Promise.all([peek, ...refunds]);
  return after as readonly Verdict[];
}

/** A slot decides its charges all or nothing: where all are allowed, all were taken. */
function fits(verdicts: readonly Verdict[]): boolean {
  return verdicts.every(({ outcome }) => outcome === 'allowed');
}

async function verdictsOf(
  { slot, charges }: SlotCharges,
  kind: 'consume' | 'peek',
  decide: Decide,
): Promise<readonly Verdict[]> {
  return (await decide({ kind, charges }, slot)) as readonly Verdict[];
}

function inOrder(groups: readonly SlotCharges[], results: readonly (readonly Verdict[])[]): readonly Verdict[] {
  const verdicts: Verdict[] = [];
  groups.forEach(({ places }, g) => {
    places.forEach((place, i) => (verdicts[place] = results[g]?.[i] as Verdict));
  });
  return verdicts;
}
