import { LinkState } from './link-state';

let lines: string[];
let link: LinkState;

beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  const log = (line: string) => lines.push(line);
  link = new LinkState(() => 'redis://here:1', { log, warn: log, error: log });
});

afterEach(() => {
  jest.useRealTimers();
});

const UNTIL = "Rate limits are answered by each policy's onStoreFailure until it is";

it('says each change once, however often it is told', () => {
  for (let i = 0; i < 3; i++) link.up();
  for (let i = 0; i < 50; i++) {
    link.failed(new Error('connect ECONNREFUSED 10.0.0.1:6379'));
    link.down();
  }
  jest.advanceTimersByTime(3_200);
  link.up();
  expect(lines).toEqual([
    '[Redis] Connected to redis://here:1',
    `[Redis] Connection to redis://here:1 lost: connect ECONNREFUSED 10.0.0.1:6379. ${UNTIL} back.`,
    '[Redis] Connection to redis://here:1 recovered after 3.2 s',
  ]);
});

it('says that it cannot connect, then that it has', () => {
  for (let i = 0; i < 50; i++) link.failed(new Error('nobody there'));
  link.up();
  expect(lines).toEqual([
    `[Redis] Cannot connect to redis://here:1: nobody there. ${UNTIL} there.`,
    '[Redis] Connected to redis://here:1',
  ]);
});

it('says once that the login is refused, where that is not what was lost it', () => {
  link.up();
  link.down();
  for (let i = 0; i < 50; i++) link.failed(new Error('WRONGPASS invalid username-password pair'));
  expect(lines.slice(2)).toEqual([
    '[Redis] redis://here:1 refuses the login: WRONGPASS invalid username-password pair. ' +
      'It is tried again until it is accepted.',
  ]);
});

it('keeps what may be a password out of a line', () => {
  link.failed(new Error('cannot read\nredis://u:hidden@host'));
  expect(lines[0]).toContain('cannot read redis://***@host');
});
