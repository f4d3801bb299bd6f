import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';

export interface Posted {
  readonly port: number;
  readonly path: string;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** As a browser does it where the page is not on HTTPS; `fetch` would choose the Host itself. */
export async function post({
  port,
  path,
  body,
  headers,
}: Posted): Promise<{ status: number; body: unknown; cookie: string }> {
  const own = { 'content-type': 'application/json', 'x-ratelimit-admin': '1' };
  const options = { host: '127.0.0.1', port, path, method: 'POST', agent: false, headers: { ...own, ...headers } };
  const [response] = (await once(request(options).end(JSON.stringify(body)), 'response')) as [IncomingMessage];
  const cookie = response.headers['set-cookie']?.[0] ?? '';
  return { status: response.statusCode!, body: await json(response), cookie };
}
