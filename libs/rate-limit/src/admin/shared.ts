/** A question whose answer serves everybody who asks within `forMs` of the first. A rejection serves them too. */
export function shared<Answer>(forMs: number, ask: () => Promise<Answer>): () => Promise<Answer> {
  let latest: { readonly atMs: number; readonly answer: Promise<Answer> } | undefined;
  return () => {
    const nowMs = performance.now();
    if (latest === undefined || nowMs - latest.atMs > forMs) latest = { atMs: nowMs, answer: ask() };
    return latest.answer;
  };
}
