import type { LeasableState } from '../../../libs/rate-limit/src/core/lease/leasings';

/** Reads a packed state as lua/packing.lua describes it, by other means than the script. */
export function unpackState(packed: Buffer): LeasableState {
  const form = packed[0]! % 16;
  const end = unsigned(packed, 1, 7);
  if (form === 1) return end;
  if (form === 7) return { tat: unsigned(packed, 8, 7), outEnd: unsigned(packed, 15, 7), out: unsigned(packed, 22, 5) };
  if (form === 2) return { end, used: unsigned(packed, 8, 5) };
  // The oldest pair, where the window stands instead of a time passed; the whole; the newest pair to the third oldest.
  const [[per, first], whole, ...newer] = pairsOf(packed, form) as [Pair, ...Pair[]];
  if (whole === undefined) return [end - per, first];
  const [length, all] = whole;
  const second = newer.reduce(([passed, units], [p, u]) => [passed - p, units - u], [length, all - first]);
  let instant = end - per - length;
  const log = [instant, first];
  for (const [passed, units] of [second, ...newer.reverse()]) log.push((instant += passed), units);
  return log;
}

/** The tick up to which the key of a packed state lives at least, as it can be told from that state. */
export function keyEndOf(packed: Buffer): number {
  const slackTicks = 2 ** (packed[0]! >> 4) * 8_000_000;
  return (Math.floor(unsigned(packed, 1, 7) / slackTicks) + 1) * slackTicks;
}

type Pair = readonly [passed: number, units: number];

function pairsOf(packed: Buffer, form: number): readonly Pair[] {
  if (form === 5) return doublePairs(packed);
  if (form === 6) return widePairs(packed);
  return packedPairs(packed, form === 4 ? 1 : 8);
}

function doublePairs(packed: Buffer): readonly Pair[] {
  const pairs: Pair[] = [];
  for (let at = 8; at < packed.length; at += 16) pairs.push([packed.readDoubleLE(at), packed.readDoubleLE(at + 8)]);
  return pairs;
}

function widePairs(packed: Buffer): readonly Pair[] {
  const pairs: Pair[] = [];
  for (let at = 8; at < packed.length; at += 10) pairs.push([unsigned(packed, at, 6) * 8, unsigned(packed, at + 6, 4)]);
  return pairs;
}

function packedPairs(packed: Buffer, scale: number): readonly Pair[] {
  const shape = packed[8]!;
  const width = (shape & 7) + 1;
  const factor = 2 ** (shape >> 3);
  const pairs: Pair[] = [];
  for (let at = 9; at < packed.length; at += width) {
    const value = unsigned(packed, at, width);
    pairs.push([Math.floor(value / factor) * scale, value % factor]);
  }
  return pairs;
}

function unsigned(packed: Buffer, start: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + packed[start + i]!;
  return value;
}
