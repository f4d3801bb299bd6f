import { CalmLog } from '../engine/log';
import { StoreLog } from './store-log';

const REASON = 'OOM.';
const LOST = `error The store does not decide: ${REASON} Each policy's onStoreFailure does.`;

function scene(isToldElsewhere = false) {
  const lines: string[] = [];
  const say = (level: string) => (line: string) => void lines.push(`${level} ${line}`);
  const log = new CalmLog({ log: say('log'), warn: say('warn'), error: say('error') });
  const store = new StoreLog(log, { subject: 'The store', isToldElsewhere: () => isToldElsewhere });
  const fails = () => {
    store.changed('degraded', REASON);
  };
  const answers = () => {
    store.changed('healthy', 'it answers.');
  };
  return { lines, fails, answers };
}

describe('the log of a store', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('tells once that the store does not decide, and once that it does again', () => {
    const { lines, fails, answers } = scene();
    fails();
    jest.advanceTimersByTime(3_000);
    answers();
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual([LOST, 'log The store decides again, after 3.0 s.']);
  });

  it('does not tell of one late answer', () => {
    const { lines, fails, answers } = scene();
    fails();
    jest.advanceTimersByTime(100);
    answers();
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual([]);
  });

  it('tells two lines of a store that fails at some calls and not at others, as long as that goes on', () => {
    const { lines, fails, answers } = scene();
    for (let i = 0; i < 100; i++) {
      fails();
      jest.advanceTimersByTime(160);
      answers();
      jest.advanceTimersByTime(40);
    }
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual([LOST, 'log The store decides again, after 20.0 s.']);
  });

  it('leaves to others what they tell', () => {
    const { lines, fails, answers } = scene(true);
    fails();
    jest.advanceTimersByTime(3_000);
    answers();
    jest.advanceTimersByTime(10_000);
    expect(lines).toEqual([]);
  });
});
