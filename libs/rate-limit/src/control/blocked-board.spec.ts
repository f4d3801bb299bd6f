import type { PolicyDecision } from '../core/decision';
import { BlockedBoard } from './blocked-board';

const denial = (policy: string, retryAfterMs: number): PolicyDecision => ({
  policy,
  outcome: 'denied',
  limit: 1,
  windowSeconds: 60,
  cost: 1,
  granted: 0,
  remaining: 0,
  retryAfterMs,
  nextUnitAfterMs: retryAfterMs,
  resetAfterMs: retryAfterMs,
  source: 'redis',
});

function makeBoard() {
  const clock = { unixMs: 1_000 };
  const dropped = { events: 0 };
  const board = new BlockedBoard(
    () => clock.unixMs,
    (events) => (dropped.events += events),
  );
  return { board, clock, dropped };
}

describe('a blocked board', () => {
  it('tells nothing of a key that was let go meanwhile', () => {
    const { board } = makeBoard();
    board.note(denial('a', 500), 'ip:1');
    board.note(denial('b', 500), 'ip:1');
    board.letGo('a', 'ip:1');
    board.letGo('a', 'ip:2');
    expect(board.take()).toMatchObject([{ policy: 'b', identity: 'ip:1' }]);
    expect(board.take()).toEqual([]);
  });

  it('tells of each key and policy once: since when, until when, and how often', () => {
    const { board, clock } = makeBoard();
    board.note(denial('a', 500), 'ip:1');
    board.note(denial('b', 100), 'ip:1');
    board.note(denial('a', 50), 'ip:2');
    clock.unixMs = 1_200;
    board.note(denial('a', 400.5), 'ip:1');
    board.note(denial('b', 10), 'ip:1');
    expect(board.take()).toEqual([
      { policy: 'a', identity: 'ip:1', sinceMs: 1_000, untilMs: 1_601, denied: 2, banId: undefined },
      { policy: 'a', identity: 'ip:2', sinceMs: 1_000, untilMs: 1_050, denied: 1, banId: undefined },
      { policy: 'b', identity: 'ip:1', sinceMs: 1_000, untilMs: 1_210, denied: 2, banId: undefined },
    ]);
    expect(board.take()).toEqual([]);
  });

  it('gives again who could not be told of as let go, and keeps what was denied since', () => {
    const { board } = makeBoard();
    board.release('a', 'ip:1');
    const [released] = board.takeReleased();
    board.note(denial('a', 500), 'ip:1');
    board.notReleased(released!);
    expect(board.takeReleased()).toEqual([{ policy: 'a', identity: 'ip:1' }]);
    expect(board.takeReleased()).toEqual([]);
    expect(board.take()).toMatchObject([{ policy: 'a', identity: 'ip:1' }]);
  });

  it.each([
    ['that the others know of', true],
    ['that waits to be told', false],
  ])('releases a key %s when it is allowed before its time is over', (_, isTold) => {
    const { board } = makeBoard();
    board.note(denial('a', 500), 'ip:1', 'bucket');
    if (isTold) board.take();
    board.allowed('a', 'ip:2', 'bucket');
    board.allowed('b', 'ip:1', 'bucket');
    board.allowed('a', 'ip:1', 'another bucket');
    expect(board.takeReleased()).toEqual([]);
    for (let i = 0; i < 2; i++) board.allowed('a', 'ip:1', 'bucket');
    expect(board.takeReleased()).toEqual([{ policy: 'a', identity: 'ip:1' }]);
    expect([board.take(), board.held()]).toEqual([[], []]);
  });

  it('releases a key that was banned when any use of the policy allows it, and nobody whose time is over', () => {
    const { board, clock } = makeBoard();
    board.note({ ...denial('a', 500), banId: 'e-1' }, 'ip:1', 'bucket');
    board.note(denial('a', 500), 'ip:2', 'bucket');
    board.take();
    expect(board.held()).toMatchObject([
      { policy: 'a', identity: 'ip:1', banId: 'e-1' },
      { policy: 'a', identity: 'ip:2', banId: undefined },
    ]);
    board.allowed('a', 'ip:1', 'another bucket');
    clock.unixMs = 1_500;
    board.allowed('a', 'ip:2', 'bucket');
    expect(board.takeReleased()).toEqual([{ policy: 'a', identity: 'ip:1' }]);
    board.take();
    expect(board.held()).toEqual([]);
  });

  it('keeps 5,000 records between two polls, and says how many denials there was no room for', () => {
    const { board, dropped } = makeBoard();
    for (let i = 0; i < 5_003; i++) board.note(denial(`policy ${i % 3}`, 10), `ip:${i}`);
    board.note(denial('policy 0', 10), 'ip:0');
    expect(dropped.events).toBe(3);
    expect(board.take()).toHaveLength(5_000);
    board.note(denial('policy 0', 10), 'ip:9999');
    expect(board.take()).toHaveLength(1);
  });
});
