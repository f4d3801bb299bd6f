import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

type Four = [number, number, number, number];

/** Four ports that nothing listened on a moment ago, all different. */
export async function freePorts(): Promise<Four> {
  const servers = [0, 0, 0, 0].map((port) => createServer().listen(port, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports as Four;
}
