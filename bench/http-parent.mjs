import { ownCpu } from './redis-stats.mjs';

/**
 * Tells the parent of this process the port it listens on, and the CPU time it has used when asked. Ends with it. Told
 * `{ isOn }`, it switches what `turn` does.
 */
export function serveParent(port, turn) {
  process.on('message', (message) => {
    if (message === 'cpu') process.send({ cpuMicros: ownCpu() });
    else turn(message.isOn);
  });
  // Its server would keep it alive.
  process.on('disconnect', () => process.exit());
  process.send({ port });
}
