import request, { type Response } from 'supertest';

let addresses = 0;

/** An address that no other client of this test file has. */
export function newAddress(): string {
  addresses++;
  return `198.18.${addresses >> 8}.${addresses & 255}`;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Somebody who sends requests to an app that trusts a proxy on this machine: each client has an address of its own, so
 * that no test spends another's quota.
 */
export class Client {
  constructor(
    private readonly url: string,
    readonly address = newAddress(),
  ) {}

  get(path: string, headers: Headers = {}): Promise<Response> {
    return this.send(request(this.url).get(path), headers);
  }

  post(path: string, body?: string | object, headers: Headers = {}): Promise<Response> {
    return this.send(request(this.url).post(path).send(body), headers);
  }

  private async send(test: request.Test, headers: Headers): Promise<Response> {
    return test.set({ 'x-forwarded-for': this.address, ...headers });
  }
}

/** Sends one after the other, so that the answers are in the order of the requests. */
export async function times(count: number, send: () => Promise<Response>): Promise<Response[]> {
  const responses: Response[] = [];
  for (let i = 0; i < count; i++) responses.push(await send());
  return responses;
}

/** How many responses have which status: `{ 200: 100, 429: 5 }`. */
export function tally(responses: readonly Response[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
