/**
 * Whether a policy that counts by a kind of key could count a key, or one of a pattern with `*`: those of its kind, and
 * addresses, which stand in for any other. What has no kind yet, such as a reference, is for the server to say.
 */
export function mayCount(keyedBy: string, text: string): boolean {
  const [kind = ''] = text.split(/:|\*/, 1);
  const isWhole = text.startsWith(`${kind}:`);
  if (!isWhole && !text.includes('*')) return true;
  return ['ip', keyedBy].some((known) => (isWhole ? known === kind : known.startsWith(kind)));
}
