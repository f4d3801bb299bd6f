import type { Charge } from '../../core/store';
import { ticksFromUnixMs } from '../../core/ticks';
import { decideScript } from './script';
import type { Ask, ScriptCall } from './wire';
import { numberText } from './wire-numbers';
import { policyText } from './wire-policy';

const KINDS = { consume: 0, peek: 1, consumeUpTo: 2, refund: 3, lease: 8, giveBack: 9 } as const;
const OWES = 4;
const CHARGES = 16;
const NEW_KEY = '\0';

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
  private readonly keyPlaces = new Map<string, string>();
  private readonly policyPlaces = new Map<string, string>();
  private policies = '';
  private asks = '';

  constructor(
    private readonly keyOf: (identity: string) => string,
    private readonly nowTicks: number | undefined,
  ) {}

  add(ask: Ask): void {
    const { charges } = ask;
    const owes = KINDS[ask.kind] < KINDS.lease && charges.some(({ owed }) => owed !== undefined && owed.length > 0);
    this.asks += numberText(KINDS[ask.kind] + (owes ? OWES : 0) + CHARGES * charges.length);
    if (ask.kind === 'refund') {
      this.addCharge(ask.charges[0], ask.units, owes);
      this.asks += numberText(ask.mark);
      return;
    }
    for (const charge of charges) this.addCharge(charge, charge.cost, owes);
    if (ask.kind === 'lease') {
      const { calls, share, lifeTicks } = ask.terms;
      this.asks += numberText(calls) + numberText(share) + numberText(lifeTicks);
    } else if (ask.kind === 'giveBack') {
      const { spent, unspent, endTick } = ask.lease;
      this.asks += numberText(spent) + numberText(unspent) + numberText(endTick);
    }
  }

  text(): string {
    const now = this.nowTicks === undefined ? '\0' : numberText(this.nowTicks + 1);
    return now + numberText(this.policyPlaces.size) + this.policies + this.asks;
  }

  private addCharge({ identity, bucketId, quota, owed = [] }: Charge, units: number, owes: boolean): void {
    this.asks += this.keyPlace(identity) + this.policyPlace(policyText(bucketId, quota, this.now)) + numberText(units);
    if (!owes) return;
    this.asks += numberText(owed.length);
    for (const { units, agoTicks } of owed) this.asks += numberText(units) + numberText(agoTicks);
  }

  private keyPlace(identity: string): string {
    const known = this.keyPlaces.get(identity);
    if (known !== undefined) return known;
    this.keyPlaces.set(identity, numberText(this.keys.push(this.keyOf(identity))));
    return NEW_KEY;
  }

  private policyPlace(text: string): string {
    const known = this.policyPlaces.get(text);
    if (known !== undefined) return known;
    this.policies += text;
    const place = numberText(this.policyPlaces.size + 1);
    this.policyPlaces.set(text, place);
    return place;
  }

  private readonly now = (): number => this.nowTicks ?? ticksFromUnixMs(Date.now());
}
