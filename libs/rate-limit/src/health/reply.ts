interface ReplyLike {
  status(code: number): unknown;
  setHeader?(name: string, value: string): unknown;
  header?(name: string, value: string): unknown;
}

/** Sets the status of an answer that must not be kept by anybody, on Express and on Fastify. */
export function answerWith(reply: unknown, status: number): void {
  const either = reply as ReplyLike;
  either.status(status);
  if (either.setHeader !== undefined) either.setHeader('Cache-Control', 'no-store');
  else either.header?.('cache-control', 'no-store');
}
