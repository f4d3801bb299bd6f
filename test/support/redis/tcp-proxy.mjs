import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, onFreePorts } from './ports.mjs';
import { until } from './until.mjs';

/** One client's connection and ours to the server. */
class Link {
  #tail = Promise.resolve();
  #isDeaf = false;

  constructor(client, targetPort, proxy) {
    this.client = client;
    this.proxy = proxy;
    this.upstream = connect(targetPort, '127.0.0.1');
    this.#pipe(client, this.upstream, () => proxy.delayMs);
    this.#pipe(this.upstream, client, () => 0);
  }

  destroy(withReset) {
    if (withReset) this.client.resetAndDestroy();
    else this.client.destroy();
    this.upstream.destroy();
  }

  /** Bytes that were swallowed are missing for ever, so a link that lost some stays deaf until it is closed. */
  #swallows() {
    this.#isDeaf ||= this.proxy.mode === 'blackhole';
    return this.#isDeaf;
  }

  #pipe(from, to, delayMs) {
    from.setNoDelay(true);
    from.on('error', () => undefined);
    from.on('data', (chunk) => this.#forward(to, chunk, delayMs()));
    from.on('close', () => {
      if (!this.#swallows()) this.#after(delayMs(), () => to.destroy());
    });
  }

  #forward(to, chunk, delayMs) {
    if (!this.#swallows()) this.#after(delayMs, () => this.#swallows() || to.write(chunk));
  }

  /** In order, however the delay changes. */
  #after(delayMs, act) {
    if (delayMs === 0 && this.proxy.delayed === 0) return void act();
    const due = performance.now() + delayMs;
    this.proxy.delayed += 1;
    this.#tail = this.#tail
      .then(() => pause(Math.max(0, due - performance.now())))
      .then(act)
      .finally(() => (this.proxy.delayed -= 1));
  }
}

class TcpProxy {
  delayMs = 0;
  delayed = 0;
  mode = 'pass';
  #links = new Set();
  #server;
  #targetPort;

  constructor(targetPort, port) {
    this.#targetPort = targetPort;
    this.port = port;
  }

  get connections() {
    return [...this.#links].filter(({ client }) => !client.destroyed).length;
  }

  async set(mode) {
    this.mode = mode;
    this.delayMs = typeof mode === 'object' ? mode.delayMs : 0;
    if (mode === 'reset' || mode === 'refuse') this.#dropAll();
    if (mode === 'refuse') await this.#shut();
    else await this.#reopen();
  }

  async open() {
    if (this.#server !== undefined) return;
    const server = createServer((client) => this.#accept(client)).listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  /** On the same port, which another may have for a moment. */
  async #reopen() {
    await until(`port ${this.port} to be free again`, () => this.open().then(() => true));
  }

  async close() {
    this.#dropAll();
    await this.#shut();
  }

  #accept(client) {
    if (this.mode === 'reset') {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    const link = new Link(client, this.#targetPort, this);
    this.#links.add(link);
    // Where bytes are swallowed the server never learns that its client has gone, and the link is ours to close.
    link.upstream.on('close', () => this.#links.delete(link));
  }

  #dropAll() {
    for (const link of this.#links) link.destroy(this.mode === 'reset');
  }

  async #shut() {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    server.close();
    await once(server, 'close');
  }
}

/** See index.d.mts. */
export async function startTcpProxy(targetPort) {
  return onFreePorts(async () => {
    const proxy = new TcpProxy(targetPort, await freePort());
    await proxy.open();
    return proxy;
  });
}
