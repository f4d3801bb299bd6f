export { freePort, onFreePorts } from './ports.mjs';
export { startCluster } from './cluster.mjs';
export { startRedis } from './server.mjs';
export { startSentinel } from './sentinel.mjs';
export { startTcpProxy } from './tcp-proxy.mjs';
