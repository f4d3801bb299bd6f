import type { Waiting } from './batch';
import type { Answer, Ask } from './wire';

/** What settles the promise made last. A closure for each ask would take as much memory as its promise. */
let resolveNewest: (answer: Answer) => void;
let rejectNewest: (error: Error) => void;

function takeSettlers(resolve: (answer: Answer) => void, reject: (error: Error) => void): void {
  resolveNewest = resolve;
  rejectNewest = reject;
}

/** An ask that somebody waits for. */
export class PendingAsk implements Waiting {
  readonly answer = new Promise<Answer>(takeSettlers);
  readonly resolve = resolveNewest;
  readonly reject = rejectNewest;

  constructor(
    readonly ask: Ask,
    /** Of the keys of the ask, in a cluster; 0 elsewhere. */
    readonly slot: number,
    readonly raisedAtMs: number,
  ) {}
}
