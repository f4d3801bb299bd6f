import type { Charge, Verdict } from '../../core/store';
import { type ChargeFate, fateOf, SplitCallError } from '../../core/split-call';
import type { Answer, Ask } from './wire';

/** The charges of a call that live in one slot, and where they stand in it. */
export interface SlotCharges {
  readonly slot: number;
  readonly charges: Charge[];
  readonly places: number[];
}

type SlotResult = PromiseSettledResult<readonly Verdict[]>;

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
 * If a slot fails, the others give back too, and the call rejects with a `SplitCallError`: the slots that answered have
 * charged what was owed. What the failing one may have taken stays taken.
 */
export async function consumeAcrossSlots(groups: readonly SlotCharges[], decide: Decide): Promise<readonly Verdict[]> {
  const calls = groups.map((group) => verdictsOf(group, 'consume', decide));
  const results = await Promise.allSettled(calls);
  if (results.every(hasTaken)) return inOrder(groups, await Promise.all(calls));
  const ends = results.map((result, i) =>
    hasTaken(result) ? undo(groups[i] as SlotCharges, result.value, decide) : (calls[i] as Promise<readonly Verdict[]>),
  );
  const settled = await Promise.allSettled(ends);
  const failure = settled.find((end) => end.status === 'rejected');
  if (failure === undefined) return inOrder(groups, await Promise.all(ends));
  const fates = groups.map(({ charges }, i) => {
    const fate = slotFate(results[i] as SlotResult, settled[i] as SlotResult);
    return charges.map(() => fate);
  });
  throw new SplitCallError(failure.reason as Error, inOrder(groups, fates));
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
function hasTaken(result: SlotResult): result is PromiseFulfilledResult<readonly Verdict[]> {
  return result.status === 'fulfilled' && result.value.every(({ outcome }) => outcome === 'allowed');
}

/** Of charges that were decided and are not taken: what was owed is charged, and nothing else where `end` says so. */
function slotFate(result: SlotResult, end: SlotResult): ChargeFate {
  if (result.status === 'rejected') return fateOf(result.reason);
  return end.status === 'fulfilled' ? 'undone' : 'unknown';
}

async function verdictsOf(
  { slot, charges }: SlotCharges,
  kind: 'consume' | 'peek',
  decide: Decide,
): Promise<readonly Verdict[]> {
  return (await decide({ kind, charges }, slot)) as readonly Verdict[];
}

function inOrder<T>(groups: readonly SlotCharges[], results: readonly (readonly T[])[]): readonly T[] {
  const ordered: T[] = [];
  groups.forEach(({ places }, g) => {
    places.forEach((place, i) => (ordered[place] = results[g]?.[i] as T));
  });
  return ordered;
}
