import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ALGORITHMS, FLEXIBLE, THROTTLER } from './peers.mjs';

const PEERS = [FLEXIBLE, THROTTLER];

const child = fileURLToPath(new URL('heap-child.mjs', import.meta.url));

/** Heap for each key at a million keys, and the same of peers; each in a process of its own. */
export async function measureHeap() {
  const bytes = {};
  for (const name of [...ALGORITHMS, ...PEERS]) bytes[name] = await heapPerKey(name);
  return ALGORITHMS.flatMap((algorithm) =>
    PEERS.map((peer) => ({
      name: `heap per key, memory store, ${algorithm} ÷ ${peer}`,
      ratio: bytes[algorithm] / bytes[peer],
      bytesPerKey: Math.round(bytes[algorithm]),
      peerBytesPerKey: Math.round(bytes[peer]),
    })),
  );
}

async function heapPerKey(name) {
  const flags = ['--expose-gc', '--max-old-space-size=4096'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, child, name]);
  return Number(stdout);
}
