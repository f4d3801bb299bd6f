import { Agent, request } from 'node:http';

const NO_ANSWER_AFTER_MS = 2_000;

/** Keeps clients calling, each at its own pace and in turns at every URL, and notes what each was told and when. */
export class Load {
  answers = [];
  // Lets go of idle connections before the app does, which would look like a request that it broke off.
  #agent = new Agent({ keepAlive: true, timeout: NO_ANSWER_AFTER_MS });
  #timers = [];
  #open = new Set();
  #clients;
  #urls;

  constructor({ urls, clients, everyMs }) {
    this.#urls = urls;
    this.#clients = clients;
    this.everyMs = everyMs;
  }

  start() {
    for (let client = 0; client < this.#clients; client += 1) {
      let turn = client;
      const call = () => this.#send(client, this.#urls[turn++ % this.#urls.length]);
      // Spread over the pace, so that the load is even.
      const offset = (this.everyMs * client) / this.#clients;
      this.#timers.push(setTimeout(() => this.#timers.push(setInterval(call, this.everyMs)), offset));
    }
  }

  /** Stops calling, and waits for the answers that are under way. */
  async stop() {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#open);
    this.#agent.destroy();
  }

  #send(client, url) {
    const sentMs = performance.now();
    const call = this.#statusOf(client, url).then((status) => {
      this.answers.push({ client, url, status, sentMs, tookMs: performance.now() - sentMs });
      this.#open.delete(call);
    });
    this.#open.add(call);
  }

  /** The status as text, or why there is none. */
  #statusOf(client, url) {
    return new Promise((resolve) => {
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': `198.51.100.${client + 1}` };
      const options = { method: 'POST', agent: this.#agent, headers, timeout: NO_ANSWER_AFTER_MS };
      const sent = request(url, options, (response) => {
        response.resume().on('end', () => resolve(String(response.statusCode)));
      });
      sent.on('timeout', () => sent.destroy(Object.assign(new Error('silence'), { code: 'silence' })));
      sent.on('error', ({ code }) => resolve(code ?? 'error'));
      sent.end('{"message":"hello"}');
    });
  }
}
