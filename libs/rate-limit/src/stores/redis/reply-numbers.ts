import { StoreUnavailableError } from '../../core/errors';

const BYTES = 8;

/** Reads what a script says: numbers, as lua/reply.lua puts them into one text. */
export class ReplyNumbers {
  private at = 0;
  private readonly view: DataView;

  /** Throws `StoreUnavailableError` where it is nothing of that kind. */
  constructor(reply: unknown) {
    if (!Buffer.isBuffer(reply)) throw unreadable(typeof reply);
    if (reply.length % BYTES !== 0) throw unreadable(`${reply.length} bytes`);
    this.view = new DataView(reply.buffer, reply.byteOffset, reply.length);
  }

  next(): number {
    const { at, view } = this;
    if (at === view.byteLength) throw this.unfit();
    this.at = at + BYTES;
    // Lua has a zero with a sign, which no one is to see.
    const number = view.getFloat64(at, true) + 0;
    if (Number.isNaN(number)) throw this.unfit();
    return number;
  }

  /** A number of things that there are so many of. */
  nextUpTo(most: number): number {
    const number = this.next();
    if (!Number.isInteger(number) || number < 0 || number > most) throw this.unfit();
    return number;
  }

  /** All of them have to be read. */
  end(): void {
    if (this.at !== this.view.byteLength) throw this.unfit();
  }

  private unfit(): StoreUnavailableError {
    return unreadable(`a list of ${this.view.byteLength / BYTES} that does not fit the call`);
  }
}

function unreadable(what: string): StoreUnavailableError {
  return new StoreUnavailableError(`The reply of Redis cannot be read: it is ${what}.`, true);
}
