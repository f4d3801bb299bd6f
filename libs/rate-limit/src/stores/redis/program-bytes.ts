import { numberText } from './wire-numbers';

/** Of the text of one number. */
const MOST_DIGITS = 9;

/** One for all, which grows: whoever writes takes the text before anybody else comes to write. */
let bytes = Buffer.allocUnsafe(4_096);

/** Writes numbers as `numberText` does, but as bytes: a short text for each would be garbage at once. */
export class ProgramBytes {
  private length = 0;

  /** Throws what `numberText` throws. */
  add(value: number): void {
    if (this.length + MOST_DIGITS > bytes.length) bytes = Buffer.concat([bytes], 2 * bytes.length);
    if ((value & 63) === value) bytes[this.length++] = value;
    else this.length += bytes.write(numberText(value), this.length, 'latin1');
  }

  /** The place of the byte that was written last. */
  get lastPlace(): number {
    return this.length - 1;
  }

  increase(place: number, by: number): void {
    bytes[place] = (bytes[place] as number) + by;
  }

  text(): string {
    return bytes.toString('latin1', 0, this.length);
  }
}
