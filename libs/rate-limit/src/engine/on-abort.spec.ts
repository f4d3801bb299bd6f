import { getEventListeners } from 'node:events';
import { onAbort } from './on-abort';

let controller: AbortController;
let signal: AbortSignal;

beforeEach(() => {
  controller = new AbortController();
  signal = controller.signal;
});

const listeners = (): number => getEventListeners(signal, 'abort').length;

test('any number share one listener, which goes with the last of them', () => {
  const stops = Array.from({ length: 20 }, () => onAbort(signal, jest.fn()));
  expect(listeners()).toBe(1);
  const last = stops.pop()!;
  for (const stop of stops) stop();
  expect(listeners()).toBe(1);
  last();
  expect(listeners()).toBe(0);
});

test('whoever comes later listens again', () => {
  onAbort(signal, jest.fn())();
  const told = jest.fn();
  onAbort(signal, told);
  controller.abort();
  expect(told).toHaveBeenCalledTimes(1);
});

test('all are told of the abort but those who stopped listening', () => {
  const [first, second, stopped] = [jest.fn(), jest.fn(), jest.fn()];
  const stopFirst = onAbort(signal, () => {
    stopFirst();
    first();
  });
  onAbort(signal, second);
  onAbort(signal, stopped)();
  controller.abort();
  for (const told of [first, second]) expect(told).toHaveBeenCalledTimes(1);
  expect(stopped).not.toHaveBeenCalled();
});
