import { Breaker } from './breaker';

function breakerWithLog() {
  const log: string[] = [];
  const breaker = new Breaker({
    failuresToOpen: 2,
    probePauseMs: 200,
    longestPauseMs: 800,
    random: () => 0.5,
    onChange: (state, reason) => log.push(`${state}: ${reason}`),
  });
  return { breaker, log };
}

test('opens after two failures in a row, once', () => {
  const { breaker, log } = breakerWithLog();
  breaker.failed(0, 'first');
  breaker.succeeded();
  breaker.failed(1, 'second');
  expect(breaker.isOpen).toBe(false);
  breaker.failed(2, 'third');
  breaker.failed(3, 'fourth');
  expect(breaker.isOpen).toBe(true);
  expect(log).toEqual(['open: third']);
});

test('opens at once when the connection is lost', () => {
  const { breaker, log } = breakerWithLog();
  breaker.lost(0, 'gone');
  breaker.lost(1, 'gone again');
  expect(log).toEqual(['open: gone']);
});

test('lets one probe out at a time, a pause apart, until one closes it', () => {
  const { breaker, log } = breakerWithLog();
  expect(breaker.untilProbeMs(0)).toBeUndefined();
  breaker.lost(1000, 'gone');
  expect(breaker.untilProbeMs(1050)).toBe(150);
  expect(breaker.untilProbeMs(1300)).toBe(0);
  breaker.probeStarted();
  expect(breaker.untilProbeMs(1300)).toBeUndefined();
  breaker.probeFailed(1400);
  expect(breaker.untilProbeMs(1400)).toBeGreaterThan(0);
  breaker.probeStarted();
  breaker.close('well');
  expect(breaker.isOpen).toBe(false);
  expect(log).toEqual(['open: gone', 'closed: well']);
  breaker.failed(2000, 'once');
  expect(breaker.isOpen).toBe(false);
});

test('probes at once when something was heard, but only where a probe is needed', () => {
  const { breaker } = breakerWithLog();
  breaker.hurry(0);
  expect(breaker.untilProbeMs(0)).toBeUndefined();
  breaker.lost(0, 'gone');
  breaker.hurry(10);
  expect(breaker.untilProbeMs(10)).toBe(0);
});

test('probes again when the connection that carried the probe is gone', () => {
  const { breaker } = breakerWithLog();
  breaker.lost(0, 'gone');
  breaker.probeStarted();
  breaker.lost(50, 'gone again');
  expect(breaker.untilProbeMs(500)).toBe(0);
});

test('leaves a node alone for longer each time that only its probes succeed', () => {
  const { breaker } = breakerWithLog();
  const pauses = [1, 2, 3, 4].map(() => {
    breaker.lost(0, 'gone');
    const pause = breaker.untilProbeMs(0);
    breaker.close('a probe was answered');
    return pause;
  });
  expect(pauses).toEqual([200, 400, 800, 800]);
  breaker.succeeded();
  breaker.lost(0, 'gone');
  expect(breaker.untilProbeMs(0)).toBe(200);
});

test('spreads probes by a quarter of the pause to both sides', () => {
  const pauses = [0, 0.999999].map((random) => {
    const breaker = new Breaker({
      failuresToOpen: 1,
      probePauseMs: 200,
      longestPauseMs: 800,
      random: () => random,
      onChange: () => undefined,
    });
    breaker.failed(0, 'once');
    return Math.round(breaker.untilProbeMs(0) ?? 0);
  });
  expect(pauses).toEqual([150, 250]);
});
