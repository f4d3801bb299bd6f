import { isInForce } from '../control/documents';
import type { AdminCore } from './admin-core';
import type * as api from './api';
import { redisView } from './redis-view';
import type { TrafficAdmin } from './traffic-admin';

/** The processes, their store, and how far each has got. */
export class SystemAdmin {
  constructor(
    private readonly core: AdminCore,
    private readonly traffic: TrafficAdmin,
    private readonly streams: () => { readonly open: number; readonly most: number },
  ) {}

  async status(): Promise<api.SystemStatus> {
    const { plane, instance } = this.core;
    const { redis: probe } = this.traffic.operations;
    const [{ alive: heartbeats }, report, redis] = await Promise.all([
      plane.instances(),
      this.traffic.report(),
      probe === undefined ? null : redisView(probe),
    ]);
    const nowMs = Date.now();
    const newest = Math.max(...heartbeats.map(({ applied }) => applied));
    const instances = heartbeats.map((beat): api.InstanceView => {
      const counted = report.instances.find(({ identity }) => identity.id === beat.id);
      const { id, host, pid, startedAtMs, seenAtMs, version, node, configHash } = beat;
      const about = { id, host, pid, startedAtMs, seenAtMs, version, node, configHash };
      return {
        ...about,
        alive: true,
        self: id === instance,
        controlVersion: beat.applied,
        upToDate: beat.applied >= newest,
        problems: Object.values(beat.problems),
        totals: counted === undefined ? null : { ...counted.requests },
      };
    });
    const status = this.traffic.operations.status.snapshot();
    return {
      atMs: nowMs,
      store: {
        kind: status.kind,
        state: status.state,
        sinceMs: status.sinceMs,
        lastError: status.lastError ?? null,
      },
      redis,
      instances,
      configHashes: [...new Set(instances.map(({ configHash }) => configHash))],
      control: {
        version: plane.state,
        shared: plane.store.isShared,
        lastReadAtMs: plane.lastReadAtMs ?? null,
        overrides: plane.overrides().filter((document) => isInForce(document, nowMs)).length,
        entries: plane.entries().filter((document) => isInForce(document, nowMs)).length,
        restored: plane.restored,
      },
      streams: this.streams(),
      degraded: this.traffic.degraded(report),
    };
  }
}
