import { Agent, request } from 'node:http';

const NO_ANSWER_AFTER_MS = 2_000;
const JSON_TYPE = { 'content-type': 'application/json' };

const items = () => ({ path: '/api/v1/items' });
const chat = () => ({ path: '/api/chat', body: { message: 'hello' } });
const login = (username) => () => ({ path: '/api/login', body: { username, password: 'guess' } });
const report = () => ({ path: `/api/reports?months=${1 + Math.floor(Math.random() * 6)}` });
const plans = (user, plan) => () => ({ path: '/api/plans', headers: { 'x-user': user, 'x-plan': plan } });

/** Somebody new every so often: readers come and go, and few of them ever meet a limit. */
function passerBy(seconds) {
  const number = Math.floor(Math.random() * 240);
  const since = Math.floor(Date.now() / (seconds * 1_000));
  return `198.51.100.${1 + ((number + since) % 240)}`;
}

/**
 * Who calls: from where, how often a second, and what. `during` says when, as the part of a minute [from, to) in seconds.
 */
const CLIENTS = [
  { name: 'readers', from: () => passerBy(90), perSecond: 14, calls: [items, items, items, chat] },
  { name: 'buyers', from: () => passerBy(600), perSecond: 3, calls: [items, chat, report] },
  { name: 'ada', from: () => '198.51.100.241', perSecond: 0.5, calls: [plans('ada', 'pro'), items] },
  {
    name: 'bob',
    from: () => '198.51.100.242',
    perSecond: 0.6,
    calls: [plans('bob', 'free'), plans('bob', 'free'), items],
  },
  { name: 'month end', from: () => '198.51.100.243', perSecond: 0.4, calls: [report] },
  { name: 'guesser', from: () => '203.0.113.66', perSecond: 1.5, calls: [login('admin'), login('root')] },
  { name: 'scraper', from: () => '192.0.2.50', perSecond: 2, calls: [items] },
  { name: 'monitor', from: () => '198.51.100.250', perSecond: 1, calls: [items] },
  { name: 'flood', from: () => '203.0.113.9', perSecond: 40, calls: [chat, items], during: [5, 30] },
];

/** Keeps all of them calling, in turns at every instance, until it is stopped. */
export class Clients {
  #agent = new Agent({ keepAlive: true, timeout: NO_ANSWER_AFTER_MS });
  #timers = [];
  #urls;
  #turn = 0;
  #startMs = performance.now();

  constructor(urls) {
    this.#urls = urls;
    this.#timers = CLIENTS.map((client) => {
      // Neither in step with each other nor as evenly as a clock.
      const everyMs = (1_000 / client.perSecond) * (0.9 + 0.2 * Math.random());
      return setInterval(() => this.#isAbout(client) && this.#call(client), everyMs);
    });
  }

  stop() {
    for (const timer of this.#timers) clearInterval(timer);
    this.#agent.destroy();
  }

  #isAbout({ during: [from, to] = [0, 60] }) {
    const second = ((performance.now() - this.#startMs) / 1_000) % 60;
    return second >= from && second < to;
  }

  #call({ from, calls }) {
    this.#turn += 1;
    const { path, body, headers } = calls[Math.floor(Math.random() * calls.length)]();
    const options = {
      agent: this.#agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-forwarded-for': from(), ...(body === undefined ? {} : JSON_TYPE), ...headers },
      timeout: NO_ANSWER_AFTER_MS,
    };
    const sent = request(this.#urls[this.#turn % this.#urls.length] + path, options, (response) => response.resume());
    sent.on('timeout', () => sent.destroy());
    // Whoever watches sees it on the page.
    sent.on('error', () => undefined);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  }
}
