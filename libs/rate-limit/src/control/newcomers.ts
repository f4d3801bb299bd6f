import type { Charge } from '../core/store';
import type { NewcomerRules } from '../engine/runtime-control';
import { normalizeRange } from './address-index';
import type { NewKeysRule } from './new-keys-options';

const IPV4_BITS = 24;
const IPV6_BITS = 48;
/** Clients of all networks that come when there are too many in all share so many buckets of each policy. */
const CROWDS = 4_096;
/** Known keys that stay active are remembered on top of new ones, up to so many times the most of these. */
const MOST_KNOWN_TIMES = 4;

/** Kind of the identity of those who are counted together. */
export const CROWD = 'crowd';

export interface NewcomersOptions {
  readonly rule: NewKeysRule;
  /** Told when keys begin to be counted together: of a network, or of all (`undefined`). */
  readonly onCrowd?: (network: string | undefined) => void;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
}

/**
 * Keeps clients that make up keys from filling the store: of each network, and of this instance in all, only so many new
 * keys in a span get buckets of their own. Those beyond it are counted together, as one key of their network. A key is
 * new where it was not seen in this span or the one before.
 */
export class Newcomers implements NewcomerRules {
  private present = new Set<string>();
  private earlier = new Set<string>();
  private networks = new Map<string, number>();
  private admitted = 0;
  private isCrowded = false;
  private endsMs: number;
  private readonly nowMs: () => number;

  constructor(private readonly options: NewcomersOptions) {
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.endsMs = this.nowMs() + options.rule.perMs;
  }

  admit(charges: readonly Charge[], address: () => string | undefined): readonly Charge[] {
    if (charges.every(({ identity }) => this.present.has(identity))) return charges;
    const nowMs = this.nowMs();
    if (nowMs >= this.endsMs) this.nextSpan(nowMs);
    let network: string | undefined;
    return charges.map((charge) => {
      const { identity } = charge;
      if (this.isKnown(identity)) return charge;
      network ??= networkOf(address());
      const crowd = this.crowdOf(network);
      if (crowd !== undefined) return { ...charge, identity: crowd };
      this.present.add(identity);
      return charge;
    });
  }

  private isKnown(identity: string): boolean {
    if (this.present.has(identity)) return true;
    if (!this.earlier.has(identity)) return false;
    if (this.present.size < MOST_KNOWN_TIMES * this.options.rule.perInstance) this.present.add(identity);
    return true;
  }

  /** Counts a new key of a network; where there are too many, whom it is counted with. */
  private crowdOf(network: string): string | undefined {
    const { perNetwork, perInstance } = this.options.rule;
    const ofNetwork = this.networks.get(network) ?? 0;
    if (ofNetwork >= perNetwork) {
      if (ofNetwork === perNetwork) this.options.onCrowd?.(network);
      this.networks.set(network, perNetwork + 1);
      return `${CROWD}:${network}`;
    }
    if (this.admitted >= perInstance) {
      if (!this.isCrowded) this.options.onCrowd?.(undefined);
      this.isCrowded = true;
      return `${CROWD}:${String(numberOf(network) % CROWDS)}`;
    }
    this.admitted++;
    this.networks.set(network, ofNetwork + 1);
    return undefined;
  }

  private nextSpan(nowMs: number): void {
    const { perMs } = this.options.rule;
    this.earlier = nowMs < this.endsMs + perMs ? this.present : new Set();
    this.present = new Set();
    this.networks = new Map();
    this.admitted = 0;
    this.isCrowded = false;
    this.endsMs = nowMs + perMs;
  }
}

/** The network that hands out an address: a /24 of IPv4, a /48 of IPv6. What is no address counts as one network. */
function networkOf(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  return normalizeRange(`${address}/${String(address.includes(':') ? IPV6_BITS : IPV4_BITS)}`) ?? 'unknown';
}

function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
