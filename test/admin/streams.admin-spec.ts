import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { SystemStatus } from 'nest-floodgate/admin';
import { adapters } from '../support/apps';
import { type AdminApp, msUntil, startAdmin, TOKEN } from './admin-app';

jest.setTimeout(30_000);

const authorization = `Bearer ${TOKEN}`;
const streamOf = (app: AdminApp): string => `${app.url}/_rate-limit/api/stream`;
const openStreams = async (app: AdminApp): Promise<number> =>
  (await app.ask<SystemStatus>('GET', 'api/system')).body.streams.open;
const msToClose = async (app: AdminApp): Promise<number> => {
  const startMs = performance.now();
  await app.close();
  return performance.now() - startMs;
};

/** A process of its own, which fetches the stream as a browser would, and then does what the script says. */
async function client(app: AdminApp, then: string): Promise<ChildProcess> {
  const script = `const stop = new AbortController();
    const answer = await fetch('${streamOf(app)}', { headers: { authorization: '${authorization}' }, signal: stop.signal });
    const reader = answer.body.getReader();
    await reader.read();
    ${then}
    console.log('ready');
    setTimeout(() => {}, 20_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe.each(adapters)('on %s the app closes within a second', (adapter) => {
  test.each([
    ['stays connected', '', 1],
    ['aborts', 'stop.abort();', 0],
    ['cancels the body', 'await reader.cancel();', 0],
  ])('though a client that has fetched the stream %s', async (_, then, open) => {
    const app = await startAdmin({ adapter });
    const child = await client(app, then);
    try {
      await msUntil(async () => (await openStreams(app)) === open);
      expect(await msToClose(app)).toBeLessThan(1_000);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('though clients come and go until the end', async () => {
    const app = await startAdmin({ adapter });
    const answers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const asked = get(streamOf(app), { headers: { authorization }, agent: false });
        const [answer] = (await once(asked, 'response')) as [IncomingMessage];
        return answer.on('error', () => undefined);
      }),
    );
    for (const answer of answers.slice(5)) answer.destroy();
    await msUntil(async () => (await openStreams(app)) === 5);
    const ended = answers.slice(0, 5).map(async (answer) => once(answer.resume(), 'end'));
    expect(await msToClose(app)).toBeLessThan(1_000);
    await Promise.all(ended);
  });
});
