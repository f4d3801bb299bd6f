interface ExpressResponse {
  readonly headersSent: boolean;
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
  if (either.setHeader !== undefined) {
    // While a store was asked, something else may have answered: Express would throw.
    if (either.headersSent !== true) either.setHeader(name, value);
  }
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
  const typed = response as TypedResponse;
  typed[TYPED] = { body, contentType };
  const prototype = Object.getPrototypeOf(typed) as EitherResponse;
  if (!looking.has(prototype)) lookAtBodies(prototype, typed.setHeader === undefined ? 'send' : 'json');
}

const TYPED = Symbol('body with a content type of its own');
type TypedResponse = EitherResponse & { [TYPED]?: { readonly body: object; readonly contentType: string } };

/** What responses of an application have in common, where it looks at bodies already. */
const looking = new WeakSet<object>();

/** Once for all responses of an application: a method of its own made a response 10 µs slower. */
function lookAtBodies(prototype: EitherResponse, method: 'send' | 'json'): void {
  looking.add(prototype);
  const send = prototype[method];
  if (send === undefined) return;
  // A prototype that is frozen stays as it is: its problems are plain JSON.
  Reflect.set(prototype, method, function (this: TypedResponse, ...sent: [body: unknown]) {
    const typed = this[TYPED];
    if (typed !== undefined && typed.body === sent[0]) setHeader(this, 'Content-Type', typed.contentType);
    return send.apply(this, sent);
  });
}
