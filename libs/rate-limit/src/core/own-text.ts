/**
 * The text by itself, for what is kept longer than a call: a part of a text, such as of a header, keeps the whole of it
 * in memory.
 */
export function ownText(text: string): string {
  // Joining and cutting leaves a part of a text of just the right length, whatever the characters are.
  return ` ${text}`.slice(1);
}
