import type { SimulationRequest, SimulationResult } from '../../rate-limit/src/admin/api';
import { CLIENTS } from './policies';

/** A fair likeness: the tighter the limit, the more is refused. */
export function simulationOf({ policy, patch }: SimulationRequest, limit: number): SimulationResult {
  const wanted = patch.limit ?? limit;
  const part = (of: number) => Math.min(0.96, 0.055 * (limit / Math.max(1, of)) ** 1.6);
  const events = 41_220;
  const from = Date.now() - 3_600_000;
  const side = (of: number) => ({
    allowed: Math.round(events * (1 - part(of))),
    denied: Math.round(events * part(of)),
    blockedKeys: Math.round(14 * (limit / Math.max(1, of)) ** 1.2),
  });
  const series = Array.from({ length: 60 }, (_, minute) => {
    const shape = 1 + 0.6 * Math.sin(minute / 5) + 0.3 * Math.sin(minute * 1.7);
    return {
      atMs: from + minute * 60_000,
      before: Math.round((events / 60) * part(limit) * shape),
      after: Math.round((events / 60) * part(wanted) * shape),
    };
  });
  const keys = CLIENTS.slice(0, 9).map((text, rank) => {
    const sent = Math.round(9000 / (rank + 1));
    return {
      key: { text, ref: text },
      events: sent,
      deniedBefore: Math.round(sent * part(limit)),
      deniedAfter: Math.round(sent * part(wanted)),
    };
  });
  return {
    policy,
    oneIn: 16,
    fromMs: from,
    toMs: Date.now(),
    events,
    keys: 3120,
    before: side(limit),
    after: side(wanted),
    series,
    newlyBlocked: wanted < limit ? keys : [],
    released: wanted > limit ? keys : [],
    truncated: false,
  };
}
