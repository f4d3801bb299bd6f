import type { Quota } from '../../core/quota';
import type { Charge } from '../../core/store';
import { ticksFromUnixMs } from '../../core/ticks';
import { ProgramBytes } from './program-bytes';
import { decideScript } from './script';
import type { Ask, ScriptCall } from './wire';
import { numberText } from './wire-numbers';
import { policyText } from './wire-policy';

const KINDS = { consume: 0, peek: 1, consumeUpTo: 2, refund: 3, lease: 8, giveBack: 9 } as const;
const OWES = 4;
const CHARGES = 16;
const NEW_KEY = 0;
/** As many are looked for one by one. */
const MOST_MET = 8;

/**
 * One EVALSHA for up to 128 asks, decided in their order. `nowTicks` stands in for the clock of Redis in tests; states
 * then stay an hour longer, because the real clock goes another way.
 */
export function encodeAsks(asks: readonly Ask[], keyOf: (identity: string) => string, nowTicks?: number): ScriptCall {
  const program = new Program(keyOf, nowTicks);
  for (const ask of asks) program.add(ask);
  return { script: decideScript, keys: program.keys, args: [program.text()] };
}

class Program {
  readonly keys: string[] = [];
  private readonly keyPlaces = new Map<string, number>();
  private readonly policyPlaces = new Map<string, number>();
  private readonly asks = new ProgramBytes();
  /** The policies met so far, with their places: quota and bucket of each are the same objects from call to call. */
  private readonly met: { readonly quota: Quota; readonly bucketId: string; readonly place: number }[] = [];
  private policies = '';

  constructor(
    private readonly keyOf: (identity: string) => string,
    private readonly nowTicks: number | undefined,
  ) {}

  add(ask: Ask): void {
    const { charges } = ask;
    const owes = KINDS[ask.kind] < KINDS.lease && charges.some(({ owed }) => owed !== undefined && owed.length > 0);
    this.asks.add(KINDS[ask.kind] + (owes ? OWES : 0) + CHARGES * charges.length);
    if (ask.kind === 'refund') {
      this.addCharge(ask.charges[0], ask.units, owes);
      this.asks.add(ask.mark);
      return;
    }
    for (const charge of charges) this.addCharge(charge, charge.cost, owes);
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
    return now + numberText(this.policyPlaces.size) + this.policies + this.asks.text();
  }

  private addCharge({ identity, bucketId, quota, owed }: Charge, units: number, owes: boolean): void {
    this.asks.add(this.keyPlace(identity));
    this.asks.add(this.policyPlace(bucketId, quota));
    this.asks.add(units);
    if (!owes) return;
    this.asks.add(owed?.length ?? 0);
    for (const { units, agoTicks } of owed ?? []) {
      this.asks.add(units);
      this.asks.add(agoTicks);
    }
  }

  private keyPlace(identity: string): number {
    const known = this.keyPlaces.get(identity);
    if (known !== undefined) return known;
    this.keyPlaces.set(identity, this.keys.push(this.keyOf(identity)));
    return NEW_KEY;
  }

  private policyPlace(bucketId: string, quota: Quota): number {
    for (const known of this.met) {
      if (known.quota === quota && known.bucketId === bucketId) return known.place;
    }
    const place = this.placeOf(policyText(bucketId, quota, this.now));
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

  private readonly now = (): number => this.nowTicks ?? ticksFromUnixMs(Date.now());
}
