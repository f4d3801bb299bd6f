import { TICKS_PER_MS } from 'nest-floodgate/testing';
import type { MachineClock } from './machine-clock';
import type { Timeline } from './timeline';

/** Milliseconds on the way, or that a message never arrives. */
export type Passage = number | 'lost';

export interface Weather {
  readonly requests: readonly Passage[];
  readonly replies: readonly Passage[];
}

/** The way of one instance to the centre and back. A call that is not answered in time rejects, but may arrive later. */
export class Network {
  weather: Weather = { requests: [1], replies: [1] };
  /** A crashed instance hears nothing more; what it sent goes on. */
  isCut = false;
  private messages = 0;

  constructor(
    private readonly timeline: Timeline,
    private readonly clock: MachineClock,
    private readonly deadlineMs: number,
  ) {}

  /** `heard` is told what is only true when the caller has the answer. */
  call<Answer>(execute: () => Answer, heard: (answer: Answer) => void = () => undefined): Promise<Answer> {
    const { requests, replies } = this.weather;
    const message = this.messages++;
    const there = requests[message % requests.length] as Passage;
    const back = replies[message % replies.length] as Passage;
    return new Promise((resolve, reject) => {
      let isOpen = true;
      const settled = (run: () => void): void => {
        if (!isOpen || this.isCut) return;
        isOpen = false;
        run();
      };
      this.clock.after(this.deadlineMs, () => {
        settled(() => {
          reject(new Error('no answer in time'));
        });
      });
      if (there === 'lost') return;
      this.timeline.at(this.timeline.now + there * TICKS_PER_MS, () => {
        const answer = execute();
        if (back === 'lost') return;
        this.clock.whenAwake(this.timeline.now + back * TICKS_PER_MS, () => {
          settled(() => {
            heard(answer);
            resolve(answer);
          });
        });
      });
    });
  }
}
