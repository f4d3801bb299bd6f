// Sends hostile requests over raw sockets and counts the answers.
import { connect } from 'node:net';
import { hostileRequests } from './requests.mjs';

const TIMEOUT_MS = 15_000;

/** One connection that sends a request and waits for its answer; it is given up where the two can get out of step. */
class Connection {
  #socket;
  #received = '';
  #settle = () => {};

  constructor(port) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.setTimeout(TIMEOUT_MS, () => this.#end('no answer in time'));
    this.#socket.on('data', (data) => this.#read(data));
    this.#socket.on('close', () => this.#end('closed without an answer'));
    // A server that has refused a request may hang up on the rest of it; `close` follows.
    this.#socket.on('error', () => {});
  }

  isUsable = true;

  /** The status of the answer, or what came instead. */
  exchange(bytes) {
    this.#received = '';
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#socket.write(bytes);
    });
  }

  close() {
    this.isUsable = false;
    this.#socket.destroy();
  }

  #read(data) {
    this.#received += data;
    const headEnd = this.#received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const length = /^content-length: (\d+)$/im.exec(head);
    const isWhole = length
      ? this.#received.length >= headEnd + 4 + Number(length[1])
      : /^transfer-encoding: chunked$/im.test(head) && this.#received.endsWith('\r\n0\r\n\r\n');
    if (!isWhole) return;
    if (/^connection: close$/im.test(head)) this.close();
    this.#settle(statusOf(head));
  }

  #end(reason) {
    // Node's own parser answers without a length, and closes.
    this.#settle(this.#received.startsWith('HTTP/1.1 ') ? statusOf(this.#received) : reason);
    this.close();
  }
}

function statusOf(head) {
  return head.slice('HTTP/1.1 '.length).slice(0, 3);
}

/** Bytes that may end a request before its end, so that what follows is taken for another. */
function mayGetOutOfStep(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  const head = bytes.subarray(0, end).toString('latin1');
  return /\r(?!\n)|(?<!\r)\n|injected/i.test(head) || end < 0;
}

/** Sends `count` requests over `width` connections. Returns how many got which status, and the worst of them. */
export async function attack({ port, count, seed, width = 32 }) {
  const next = hostileRequests(seed);
  const outcomes = {};
  const violations = [];
  let sent = 0;

  async function client() {
    let connection;
    while (sent < count) {
      sent++;
      const bytes = next();
      if (connection?.isUsable !== true) connection = new Connection(port);
      const outcome = await connection.exchange(bytes);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (!/^[1-4]\d\d$/.test(outcome) && violations.length < 5) {
        violations.push({ outcome, request: bytes.toString('latin1').slice(0, 2000) });
      }
      // What the parser refuses ends the connection; Fastify's answer to it does not say so.
      if (outcome === '400' || outcome === '431' || mayGetOutOfStep(bytes)) connection.close();
    }
    connection?.close();
  }

  await Promise.all(Array.from({ length: width }, client));
  return { outcomes, violations };
}
