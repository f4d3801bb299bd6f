interface ExpressResponse {
  setHeader(name: string, value: string): void;
  json(body: unknown): unknown;
}
interface FastifyReply {
  header(name: string, value: string): void;
  send(body: unknown): unknown;
}
type EitherResponse = Partial<ExpressResponse & FastifyReply>;

/** Sets a response field through the framework's own response, so that its filters and hooks still see it. */
export function setHeader(response: unknown, name: string, value: string): void {
  const either = response as EitherResponse;
  if (either.setHeader !== undefined) either.setHeader(name, value);
  // Fastify sends names in lower case; handed one that is, it need not make a new text of it for every response.
  else either.header?.(LOWER_CASE[name] ?? name, value);
}

const LOWER_CASE: Readonly<Record<string, string>> = Object.fromEntries(
  ['RateLimit-Policy', 'RateLimit', 'Retry-After'].map((name) => [name, name.toLowerCase()]),
);

/**
 * Gives a body its content type at the moment it is sent. Not earlier: a filter may answer with another body, Nest 11
 * replaces the type of an error by plain JSON, and Fastify forgets it when a hook refuses.
 */
export function setTypeWhenSent(response: unknown, body: object, contentType: string): void {
  const either = response as EitherResponse;
  const method = either.setHeader === undefined ? 'send' : 'json';
  const send = either[method];
  either[method] = (sent) => {
    if (sent === body) setHeader(response, 'Content-Type', contentType);
    return send?.call(either, sent);
  };
}
