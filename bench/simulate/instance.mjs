import { ANSWERED, Lane } from './lane.mjs';
import { DenialCache, LeasedStore, slotOf } from './engine.mjs';

/**
 * One process: its connections, and what the library puts before them. `ledger` hears of leases, and is `undefined`
 * where there are none.
 */
export function makeInstance(servers, way, { clock, agenda, instances, ledger }) {
  const lanes = servers.map((server) => new Lane(server, way));
  const ask = ({ identity }, work) => lanes[slotOf(identity) % lanes.length].ask(identity, work);
  const denials = new DenialCache({
    store: { source: 'redis', consume: (charges) => ask(charges[0], (central) => central.consume(charges)) },
    nowMs: () => clock.nowMs,
  });
  if (ledger === undefined) return denials;
  return new LeasedStore({
    store: denials,
    centre: {
      lease: async ([charge], terms) => {
        const grant = await ask(charge, (central) => central.lease([charge], terms));
        ledger.granted(charge.identity, grant);
        return grant;
      },
      giveBack: ([charge], lease) => {
        ledger.ended(charge.identity, lease);
        return ask(charge, (central) => central.giveBack([charge], lease));
      },
    },
    instances: () => instances,
    timers: timersOf(clock, agenda),
    unixMs: () => clock.nowMs,
  });
}

function timersOf(clock, agenda) {
  const after = (ms, callback) => {
    agenda.plan(clock.nowMs + ms, () => {
      callback();
      return ANSWERED;
    });
  };
  return { nowMs: () => clock.nowMs, after, afterReading: (callback) => after(0, callback) };
}
