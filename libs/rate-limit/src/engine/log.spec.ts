import { CalmLog, messageOf } from './log';

let logger: { warn: jest.Mock; error: jest.Mock };
let log: CalmLog;

beforeEach(() => {
  jest.useFakeTimers();
  logger = { warn: jest.fn(), error: jest.fn() };
  log = new CalmLog(logger);
});

afterEach(() => {
  jest.useRealTimers();
});

describe('an error', () => {
  it('is told again of the same subject only after a minute', () => {
    log.error('cost of a', () => 'first');
    jest.advanceTimersByTime(59_999);
    log.error('cost of a', () => 'second');
    expect(logger.error.mock.calls).toEqual([['first']]);
    jest.advanceTimersByTime(1);
    log.error('cost of a', () => 'third');
    expect(logger.error.mock.calls).toEqual([['first'], ['third']]);
  });

  it('of one subject does not silence that of another', () => {
    log.error('cost of a', () => 'a');
    log.error('cost of b', () => 'b');
    expect(logger.error.mock.calls).toEqual([['a'], ['b']]);
  });

  it('is put into words only where it is told', () => {
    const message = jest.fn(() => 'words');
    for (let i = 0; i < 1_000; i++) log.error('cost of a', message);
    expect(message).toHaveBeenCalledTimes(1);
  });

  it('is told of any number of subjects', () => {
    for (let i = 0; i < 5_000; i++) log.error(`subject ${i}`, () => 'words');
    expect(logger.error).toHaveBeenCalledTimes(5_000);
  });
});

describe('a warning', () => {
  it('is told once', () => {
    log.warnOnce('proxies', 'careful');
    jest.advanceTimersByTime(86_400_000);
    log.warnOnce('proxies', 'careful');
    log.warnOnce('users', 'careful, too');
    expect(logger.warn.mock.calls).toEqual([['careful'], ['careful, too']]);
  });

  it('is told once however many errors there were in between', () => {
    log.warnOnce('proxies', 'careful');
    for (let i = 0; i < 5_000; i++) log.error(`subject ${i}`, () => 'words');
    log.warnOnce('proxies', 'careful');
    expect(logger.warn).toHaveBeenCalledTimes(1);
  });
});

describe('what was thrown', () => {
  it.each([
    [new TypeError('no such thing'), 'no such thing.'],
    ['down', 'down.'],
    ['Is it down?', 'Is it down?'],
    ['two\nlines\u0000', 'two lines.'],
    ['x'.repeat(400), `${'x'.repeat(300)}.`],
    [undefined, 'undefined.'],
    [{ code: 5 }, 'an object.'],
  ])('has a message: %p', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
