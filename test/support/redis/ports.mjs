import { once } from 'node:events';
import { createServer } from 'node:net';

/** Cluster nodes talk to each other on their port plus this. */
const BUS_OFFSET = 10_000;

async function isFree(port) {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

const MOST_ATTEMPTS = 5;

/** A port is given to one of ours only: between its look and its server's start, another would find it free, too. */
const given = new Set();

/**
 * A free port from 10000 to 19999, whose bus port is free too. These lie below the ports that systems give to outgoing
 * connections: a server that is down for a moment finds its port again, and a client cannot connect to itself.
 */
export async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 10_000);
    if (given.has(port)) continue;
    given.add(port);
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port;
  }
}

export const isPortTaken = (error) =>
  error.code === 'EADDRINUSE' || /EADDRINUSE|Address already in use/i.test(error.message);

/** Starts something on free ports, and where another process was quicker, once more on others. */
export async function onFreePorts(start) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (!isPortTaken(error) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}
