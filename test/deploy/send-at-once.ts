import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

export interface From {
  readonly port: number;
  /** The address that the connection comes from. */
  readonly localAddress: string;
  readonly forwardedFor?: (index: number) => string;
}

/** How many of `count` requests over connections of their own pass, and how many are refused. */
export async function send(count: number, { port, localAddress, forwardedFor }: From): Promise<Record<number, number>> {
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const headers = forwardedFor ? { 'x-forwarded-for': forwardedFor(index), forwarded: `for=10.9.9.${index}` } : {};
      const request = get({ host: '127.0.0.1', port, path: '/api/v1/items', localAddress, agent: false, headers });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await json(response);
      return response.statusCode!;
    }),
  );
  const tally: Record<number, number> = {};
  for (const status of answers) tally[status] = (tally[status] ?? 0) + 1;
  return tally;
}
