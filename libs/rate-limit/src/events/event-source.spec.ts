import type { PolicyDecision } from '../core/decision';
import { EventSource } from './event-source';
import { RateLimitEvents } from './rate-limit-events';

const decidedHere = { source: 'fallback', limit: 10, remaining: 9, granted: 1 } as PolicyDecision;
const START_MS = 1_000_000;

/** Events as they come, each with the seconds at which what it tells of happened. */
function scene() {
  const told: string[] = [];
  const events = new RateLimitEvents(() => undefined);
  const tell = (what: string, atMs: number) => void told.push(`${what} at ${((atMs - START_MS) / 1_000).toFixed(1)}`);
  events.of('store-lost', 'store-recovered').subscribe(({ type, atMs, reason }) => {
    tell(`${type}: ${reason}`, atMs);
  });
  events.of('fallback').subscribe(({ active, atMs }) => {
    tell(`fallback ${String(active)}`, atMs);
  });
  const source = new EventSource(events);
  const fails = () => {
    source.stateChanged('degraded', 'it is gone.');
    source.allowed(decidedHere, 'ip:192.0.2.1');
  };
  const answers = () => {
    source.stateChanged('up', 'it answers.');
  };
  return { told, source, fails, answers };
}

beforeEach(() => jest.useFakeTimers({ now: START_MS }));
afterEach(() => jest.useRealTimers());

test('of an outage its begin and its end are told, with the times at which they were', () => {
  const { told, source, fails, answers } = scene();
  fails();
  jest.advanceTimersByTime(1_000);
  source.allowed(decidedHere, 'ip:192.0.2.1');
  source.allowed(decidedHere, 'ip:192.0.2.1');
  jest.advanceTimersByTime(2_000);
  answers();
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual([
    'store-lost: it is gone. at 0.0',
    'fallback true at 1.0',
    'store-recovered: it answers. at 3.0',
    'fallback false at 5.0',
  ]);
});

test('one late answer is no event, though a decision was made without the store', () => {
  const { told, fails, answers } = scene();
  fails();
  jest.advanceTimersByTime(100);
  answers();
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
});

test('a store that fails at some calls and not at others is lost once and recovers once', () => {
  const { told, fails, answers } = scene();
  for (let i = 0; i < 100; i++) {
    fails();
    jest.advanceTimersByTime(160);
    answers();
    jest.advanceTimersByTime(40);
  }
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual([
    'store-lost: it is gone. at 0.0',
    'fallback true at 0.6',
    'store-recovered: it answers. at 20.0',
    'fallback false at 22.0',
  ]);
});

test('the reason is that of the last failure: the first may only say that nothing was connected yet', () => {
  const { told, source, answers, fails } = scene();
  source.stateChanged('degraded', 'it is not connected yet.');
  answers();
  fails();
  jest.advanceTimersByTime(1_000);
  expect(told).toEqual(['store-lost: it is gone. at 0.0']);
});

test('nothing is told of a store that is left when the application ends', () => {
  const { told, source, fails } = scene();
  source.end();
  fails();
  jest.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
});
