import type { Quota } from '../../core/quota';
import type { Charge } from '../../core/store';
import { AskGroup, owesNothing, repeats } from './ask-group';
import { ProgramBytes } from './program-bytes';
import { decideScript } from './script';
import type { Ask, DecideCall } from './wire';
import { numberText } from './wire-numbers';
import { policyText } from './wire-policy';

const KINDS = { consume: 0, peek: 1, consumeUpTo: 2, refund: 3, lease: 8, giveBack: 9 } as const;
const OWES = 4;
/** More than the kind of a consume, where it is repeated. */
const REPEATED = 10;
const CHARGES = 16;
const NEW_KEY = 0;
/** As many are looked for one by one. */
const MOST_MET = 8;

/**
 * One EVALSHA for up to 128 asks, decided in their order. `nowTicks` stands in for the clock of Redis in tests; states
 * then stay an hour longer, because the real clock goes another way.
 */
export function encodeAsks(asks: readonly Ask[], keyOf: (identity: string) => string, nowTicks?: number): DecideCall {
  const program = new Program(keyOf, nowTicks);
  asks.forEach((ask, place) => {
    program.add(ask, place);
  });
  return { script: decideScript, keys: program.keys, args: [program.text()], groups: program.groups };
}

/** A key of the call, and what was last asked of it. */
interface KnownKey {
  readonly place: number;
  group: AskGroup;
}

class Program {
  readonly keys: string[] = [];
  readonly groups: AskGroup[] = [];
  private readonly knownKeys = new Map<string, KnownKey>();
  private readonly policyPlaces = new Map<string, number>();
  private readonly asks = new ProgramBytes();
  /** The policies met so far, with their places: quota and bucket of each are the same objects from call to call. */
  private readonly met: { readonly quota: Quota; readonly bucketId: string; readonly place: number }[] = [];
  private policies = '';

  constructor(
    private readonly keyOf: (identity: string) => string,
    private readonly nowTicks: number | undefined,
  ) {}

  add(ask: Ask, place: number): void {
    const charges: readonly Charge[] = ask.charges;
    const known = charges[0] && this.knownKeys.get(charges[0].identity);
    if (known !== undefined && this.isRepeated(known.group, ask)) {
      if (known.group.times === 1) this.asks.increase(known.group.kindAt, REPEATED);
      known.group.add(place);
      return;
    }
    const owes = KINDS[ask.kind] < KINDS.lease && !charges.every(owesNothing);
    this.asks.add(KINDS[ask.kind] + (owes ? OWES : 0) + CHARGES * charges.length);
    const group = new AskGroup(ask, place, this.asks.lastPlace);
    this.groups.push(group);
    if (ask.kind === 'refund') {
      this.addCharge(ask.charges[0], ask.units, owes, group);
      this.asks.add(ask.mark);
      return;
    }
    for (const charge of charges) this.addCharge(charge, charge.cost, owes, group);
    if (ask.kind === 'lease') {
      const { calls, share, lifeTicks } = ask.terms;
      for (const number of [calls, share, lifeTicks]) this.asks.add(number);
    } else if (ask.kind === 'giveBack') {
      const { spent, unspent, endTick } = ask.lease;
      for (const number of [spent, unspent, endTick]) this.asks.add(number);
    }
  }

  text(): string {
    const now = this.nowTicks === undefined ? '\0' : numberText(this.nowTicks + 1);
    return now + numberText(this.policyPlaces.size) + this.policies + this.repeatsText() + this.asks.text();
  }

  private repeatsText(): string {
    let count = 0;
    let text = '';
    for (const { times } of this.groups) {
      if (times === 1) continue;
      text += numberText(times);
      count++;
    }
    return numberText(count) + text;
  }

  /** Whether it is the same ask once more, with nothing else asked of its keys since. */
  private isRepeated(group: AskGroup, ask: Ask): boolean {
    return (
      repeats(ask, group.ask) && ask.charges.every(({ identity }) => this.knownKeys.get(identity)?.group === group)
    );
  }

  private addCharge({ identity, bucketId, quota, owed }: Charge, units: number, owes: boolean, group: AskGroup): void {
    this.asks.add(this.keyPlace(identity, group));
    this.asks.add(this.policyPlace(bucketId, quota));
    this.asks.add(units);
    if (!owes) return;
    this.asks.add(owed?.length ?? 0);
    for (const { units, agoTicks } of owed ?? []) {
      this.asks.add(units);
      this.asks.add(agoTicks);
    }
  }

  private keyPlace(identity: string, group: AskGroup): number {
    const known = this.knownKeys.get(identity);
    if (known !== undefined) {
      known.group = group;
      return known.place;
    }
    this.knownKeys.set(identity, { place: this.keys.push(this.keyOf(identity)), group });
    return NEW_KEY;
  }

  private policyPlace(bucketId: string, quota: Quota): number {
    for (const known of this.met) {
      if (known.quota === quota && known.bucketId === bucketId) return known.place;
    }
    const place = this.placeOf(policyText(bucketId, quota, this.nowTicks));
    if (this.met.length < MOST_MET) this.met.push({ quota, bucketId, place });
    return place;
  }

  private placeOf(text: string): number {
    const known = this.policyPlaces.get(text);
    if (known !== undefined) return known;
    this.policies += text;
    const place = this.policyPlaces.size + 1;
    this.policyPlaces.set(text, place);
    return place;
  }
}
