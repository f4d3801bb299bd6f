import type { BucketState } from 'nest-floodgate/testing';

/** Reads a packed state as lua/packing.lua describes it, by other means than the script. */
export function unpackState(packed: Buffer): BucketState {
  const form = packed[0];
  const end = unsigned(packed, 1, 7);
  if (form === 1) return end;
  if (form === 2) return { end, used: unsigned(packed, 8, 5) };
  const pairs = form === 5 ? doublePairs(packed) : packedPairs(packed, form === 3 ? 8 : 1);
  const [per] = pairs.at(-1)!;
  return pairs.flatMap(([age, units], i) => [i === pairs.length - 1 ? end - per : end - per - age, units]);
}

type Pair = readonly [age: number, units: number];

function doublePairs(packed: Buffer): readonly Pair[] {
  const pairs: Pair[] = [];
  for (let at = 8; at < packed.length; at += 16) pairs.push([packed.readDoubleLE(at), packed.readDoubleLE(at + 8)]);
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
