/** A number under its labels; values of labels are words of this library, never of a request. */
export interface LabelledCount {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What operators have in force in this process. */
export interface InForceFigures {
  /** By `scope` and `mode`. */
  readonly overrides: readonly LabelledCount[];
  /** By `list`. */
  readonly entries: readonly LabelledCount[];
}

/** What an admin API knows. */
export interface AdminFigures {
  /** What operators did, or tried to, by `action` and `outcome`. */
  readonly actions: readonly LabelledCount[];
  readonly streamClients: number;
}

/** What operators decide and see, in figures. The control plane and the admin API say how each is read. */
export class ControlFigures {
  inForce: () => InForceFigures = () => ({ overrides: [], entries: [] });
  /** `undefined` where there is no admin API. */
  admin: (() => AdminFigures) | undefined;
  private dropped = 0;

  /** What was to be told or written down, and was lost for lack of room or because the store was away. */
  get eventsDropped(): number {
    return this.dropped;
  }

  readonly drop = (events: number): void => {
    this.dropped += events;
  };
}
