import { CalmLog } from '../engine/log';
import { SilentNodes } from './silent-nodes';

function scene() {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  let listener: (state: 'ready' | 'lost') => void = () => undefined;
  const connection = { isReady: true, onStateChange: (heard: typeof listener) => (listener = heard) };
  const nodes = new SilentNodes(new CalmLog({ warn: say, error: say }), connection);
  const lose = () => {
    connection.isReady = false;
    listener('lost');
  };
  return { nodes, lines, lose };
}

describe('nodes that do not answer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are told of once, and when they answer again', () => {
    const { nodes, lines } = scene();
    nodes.opened('10.0.0.1:6379', 'no answer within 100 ms');
    nodes.opened('10.0.0.1:6379', 'no answer within 100 ms');
    jest.advanceTimersByTime(500);
    nodes.opened('10.0.0.1:6379', 'no answer within 100 ms');
    jest.advanceTimersByTime(500);
    nodes.closed('10.0.0.1:6379', 'it answers again');
    nodes.closed('10.0.0.1:6379', 'it answers again');
    expect(lines).toEqual([
      '[Redis] 10.0.0.1:6379 is not asked for now: no answer within 100 ms. Probes go on.',
      '[Redis] 10.0.0.1:6379 is no longer left alone: it answers again.',
    ]);
  });

  it('are not told of where they answer soon', () => {
    const { nodes, lines } = scene();
    nodes.opened('redis', 'no answer within 100 ms');
    jest.advanceTimersByTime(499);
    nodes.closed('redis', 'it answers again');
    jest.advanceTimersByTime(1_000);
    expect(lines).toEqual([]);
  });

  it('are left to the connection where that is lost', () => {
    const { nodes, lines, lose } = scene();
    nodes.opened('redis', 'no answer within 100 ms');
    lose();
    jest.advanceTimersByTime(1_000);
    nodes.closed('redis', 'it answers again');
    expect(lines).toEqual([]);
  });

  it('say nothing more once the connection has said that it is lost', () => {
    const { nodes, lines, lose } = scene();
    nodes.opened('redis', 'no answer within 100 ms');
    jest.advanceTimersByTime(500);
    lose();
    nodes.closed('redis', 'it answers again');
    expect(lines).toHaveLength(1);
  });
});
