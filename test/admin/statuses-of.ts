import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { ADMIN_HEADER } from 'nest-floodgate/admin';
import { READER_STATUSES } from './reader-statuses';

const MOUNT = '/_rate-limit';
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

type Credentials = Readonly<Record<string, string>>;

const agent = new Agent({ keepAlive: true });
afterAll(() => {
  agent.destroy();
});
let clients = 0;

/** What an address below the mount of an app answers. */
export async function statusOf(url: string, method: string, path: string, credentials: Credentials): Promise<number> {
  // Every try is another client: whoever fails too often has to wait.
  clients++;
  const from = `10.${clients >> 16}.${(clients >> 8) & 255}.${clients & 255}`;
  const isRead = method === 'GET' || method === 'HEAD';
  const change = isRead ? {} : { [ADMIN_HEADER]: '1', 'content-type': 'application/json' };
  const body = isRead ? '' : '{}';
  const headers = { ...credentials, ...change, 'x-forwarded-for': from, 'content-length': body.length };
  const asked = request(`${url}${MOUNT}${path}`, { method, headers, agent });
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  if (/event-stream/.test(answer.headers['content-type'] ?? '') && method === 'GET') answer.destroy();
  else {
    answer.resume();
    await once(answer, 'end');
  }
  return answer.statusCode ?? 0;
}

const inUse = (path: string): string => path.replace(/:\w+/g, 'x');

/** The paths of the API. */
export const pathsOfApi = [...new Set(Object.keys(READER_STATUSES).map((key) => key.split(' ')[1] ?? ''))];

/** Each address of the API, bare and with a slash behind, by each method, with what it should answer. */
export async function expectApi(
  url: string,
  credentials: Credentials,
  wanted: (method: string, path: string) => number,
): Promise<void> {
  const [got, should]: Record<string, number>[] = [{}, {}] as const;
  for (const path of pathsOfApi) {
    for (const method of METHODS) {
      for (const slash of ['', '/']) {
        const key = `${method} ${path}${slash}`;
        should[key] = wanted(method === 'HEAD' ? 'GET' : method, path);
        got[key] = await statusOf(url, method, `/${inUse(path)}${slash}`, credentials);
      }
    }
  }
  expect(got).toEqual(should);
}
