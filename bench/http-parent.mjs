import { ownCpu } from './redis-stats.mjs';

/** Tells the parent of this process the port it listens on, and the CPU time it has used when asked. Ends with it. */
export function serveParent(port) {
  process.on('message', () => process.send({ cpuMicros: ownCpu() }));
  process.on('disconnect', () => process.exit());
  process.send({ port });
}
