import type { SystemStatus } from '../../rate-limit/src/admin/api';
import { frameOf, type World } from './views';

export function systemOf(world: World): SystemStatus {
  const { control, startedAtMs, degraded } = world;
  const instances = [0, 1, 2].map((index) => ({
    id: `api-7d9f-${String(index + 1)}`,
    host: `node-${'abc'[index] ?? ''}`,
    pid: 17 + index,
    startedAtMs: startedAtMs - 86_400_000 - index * 61_000,
    seenAtMs: Date.now() - index * 300,
    alive: true,
    self: index === 1,
    version: '0.1.0',
    node: '20.20.2',
    configHash: '8f3a91c2',
    controlVersion: control.version - (index === 2 ? 1 : 0),
    upToDate: index !== 2,
    problems: [],
    totals: {
      allowed: 4_120_331 - index * 90_211,
      denied: 81_204 - index * 7012,
      shadowDenied: 9012,
      bypassed: 40_020,
      errors: 3,
    },
  }));
  return {
    atMs: Date.now(),
    store: {
      kind: 'redis',
      state: degraded ? 'degraded' : 'up',
      sinceMs: degraded ? Date.now() - 42_000 : startedAtMs - 7_000_000,
      lastError: { message: 'Connection lost: read ECONNRESET', atMs: Date.now() - 5_400_000 },
    },
    redis: {
      connected: !degraded,
      topology: 'sentinel',
      version: '7.0.15',
      role: 'master',
      roundTripMs: 0.34,
      usedMemoryBytes: 48_211_004,
      maxMemoryBytes: 268_435_456,
      evictionPolicy: 'noeviction',
      evictedKeys: 0,
      connectedClients: 9,
      replicas: 2,
      notPermitted: ['CONFIG GET'],
    },
    instances,
    configHashes: ['8f3a91c2'],
    control: {
      version: control.version,
      shared: true,
      lastReadAtMs: Date.now() - 400,
      overrides: control.inForce().length,
      entries: control.entries.size,
      restored: 0,
    },
    streams: { open: 1, most: 50 },
    degraded: frameOf(world, 0).degraded,
  };
}
