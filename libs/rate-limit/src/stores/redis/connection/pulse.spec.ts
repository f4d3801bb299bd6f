import { Pulse } from './pulse';
import type { SingleClient } from './redis-client';

/** A client whose answers are given by hand. */
class Client {
  status = 'ready';
  pings = 0;
  answers = true;

  ping(): Promise<string> {
    this.pings++;
    return this.answers ? Promise.resolve('PONG') : new Promise(() => undefined);
  }
}

let client: Client;
let silent: jest.Mock;
let pulse: Pulse;

beforeEach(() => {
  jest.useFakeTimers();
  client = new Client();
  silent = jest.fn();
  pulse = new Pulse(() => [client as unknown as SingleClient], silent);
});

afterEach(() => {
  pulse.stop();
  jest.useRealTimers();
});

it('asks twice a second, and leaves alone who answers', async () => {
  await jest.advanceTimersByTimeAsync(60_000);
  expect(client.pings).toBe(120);
  expect(silent).not.toHaveBeenCalled();
});

it('tells of a connection that has not answered within two and a half seconds', async () => {
  await jest.advanceTimersByTimeAsync(10_000);
  client.answers = false;
  await jest.advanceTimersByTimeAsync(1_500);
  expect(silent).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(silent).toHaveBeenCalledTimes(1);
});

it('tells of a handshake that does not end, and not of one that is still connecting', async () => {
  client.status = 'connecting';
  await jest.advanceTimersByTimeAsync(10_000);
  expect(silent).not.toHaveBeenCalled();
  client.status = 'connect';
  await jest.advanceTimersByTimeAsync(2_000);
  expect(silent).toHaveBeenCalledTimes(1);
  expect(client.pings).toBe(0);
});

it('takes an error for an answer', async () => {
  client.ping = () => Promise.reject(new Error('NOPERM'));
  await jest.advanceTimersByTimeAsync(10_000);
  expect(silent).not.toHaveBeenCalled();
});
