import type { StoreUnavailableError } from '../../core/errors';
import { quotaOf } from '../../testing';
import { Lane } from './lane';
import { replyBytes } from './reply-bytes.spec-support';
import type { ScriptCall } from './wire';

export const DEADLINE_MS = 100;
const quota = quotaOf({ algorithm: 'token-bucket', limit: 10, per: '1s' });
const askOf = (identity: string) =>
  ({ kind: 'consume', charges: [{ bucketId: 'a', identity, quota, cost: 1 }] }) as const;

interface Sent {
  readonly keys: readonly string[];
  readonly answer: () => void;
  readonly fail: (message: string) => void;
}

/** A lane to nowhere: what it sends is answered by the test, on a clock that the test moves. */
export function laneWithTest(isCluster = false) {
  const sent: Sent[] = [];
  const [states, failures]: [string[], string[]] = [[], []];
  const lane = new Lane({
    node: 'test:6379',
    isCluster,
    deadlineMs: DEADLINE_MS,
    keyOf: (identity) => identity,
    nowMs: () => performance.now(),
    ping: () => undefined,
    onStateChange: (state) => states.push(state),
    onCommand: { answered: () => undefined, failed: (error) => failures.push(String(error)) },
    send: ({ keys }: ScriptCall) =>
      new Promise((resolve, reject) => {
        sent.push({
          keys,
          answer: resolve.bind(undefined, replyBytes(0, ...keys.map(() => 1))),
          fail: (message) => {
            reject(new Error(message));
          },
        });
      }),
  });
  const decide = (identity: string, slot = 0) =>
    lane.decide(askOf(identity), slot).then(
      () => 'answered',
      (error: unknown) => ((error as StoreUnavailableError).mayHaveExecuted ? 'may have executed' : 'never sent'),
    );
  const decideMany = (count: number, name = 'k') => Array.from({ length: count }, (_, i) => decide(`${name}${i}`));
  return { lane, sent, states, failures, decide, decideMany };
}
