interface ExpressResponse {
  setHeader(name: string, value: string | readonly string[]): void;
}
interface FastifyReply {
  header(name: string, value: string): void;
}

/** Sets a response field through the framework's own response, so that its filters and hooks still see it. */
export function setHeader(response: unknown, name: string, value: string): void {
  const either = response as Partial<ExpressResponse & FastifyReply>;
  if (either.setHeader !== undefined) either.setHeader(name, value);
  else either.header?.(name, value);
}

/**
 * Sets the type of an error's body. On Express as a list of one: Nest 11 replaces the type of every error body by
 * plain `application/json`, unless it is no text.
 */
export function setContentType(response: unknown, contentType: string): void {
  const either = response as Partial<ExpressResponse & FastifyReply>;
  if (either.setHeader !== undefined) either.setHeader('Content-Type', [contentType]);
  else either.header?.('Content-Type', contentType);
}
