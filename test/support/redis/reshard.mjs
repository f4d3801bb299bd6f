import { setTimeout as pause } from 'node:timers/promises';

const KEYS_AT_ONCE = 100;

/** Moves slots one by one as `redis-cli --cluster reshard` does: clients meet ASK, TRYAGAIN and then MOVED. */
export async function moveSlots({ first, last, from, to, others, pauseMs = 0 }) {
  const [fromId, toId] = await Promise.all([from.cli('CLUSTER', 'MYID'), to.cli('CLUSTER', 'MYID')]);
  for (let slot = first; slot <= last; slot += 1) {
    await to.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
    await from.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
    await moveKeys(slot, from, to, pauseMs);
    for (const node of [to, from, ...others]) await node.cli('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
  }
}

async function moveKeys(slot, from, to, pauseMs) {
  for (;;) {
    const keys = (await from.cli('CLUSTER', 'GETKEYSINSLOT', slot, KEYS_AT_ONCE)).split('\n').filter(Boolean);
    // Long enough for a test that wants to see what clients do while a slot is on its way.
    await pause(pauseMs);
    if (keys.length === 0) return;
    const auth = to.password === undefined ? [] : ['AUTH', to.password];
    await from.cli('MIGRATE', to.host, to.port, '', 0, 5_000, ...auth, 'KEYS', ...keys);
  }
}
