import { until } from './until.mjs';

/** What `ROLE` says first, such as `master`. */
export const roleOf = async (server) => (await server.cli('ROLE')).split('\n')[0];

/**
 * Waits until what the master writes reaches its replicas. A replica that is connected may get nothing for up to a
 * second, until its master has heard from it; one that is promoted then knows nothing of what was written meanwhile.
 */
export async function untilInStep(master, replicas) {
  const followers = async () => ((await master.cli('ROLE')).split('\n').length - 2) / 3;
  await until('the replicas to follow', async () => (await followers()) >= replicas.length);
  // Replicas are sent this even where there is nothing to delete; without one, nothing would count as written.
  await master.cli('FLUSHALL');
  const written = Number((await master.cli('ROLE')).split('\n')[1]);
  const isInStep = async (replica) => {
    const [role, , , state, offset] = (await replica.cli('ROLE')).split('\n');
    return role === 'slave' && state === 'connected' && Number(offset) >= written;
  };
  await until('the replicas to be in step', async () => (await Promise.all(replicas.map(isInStep))).every(Boolean));
}
