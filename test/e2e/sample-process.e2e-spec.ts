import { once } from 'node:events';
import { connect } from 'node:net';
import { adapters } from '../support/apps';
import { until } from '../support/load-until';
import { AppProcess } from '../support/process';

// A machine with much else to do takes its time to start a process.
jest.setTimeout(60_000);

describe('the sample as a process', () => {
  const started: AppProcess[] = [];
  const start = (variables: Record<string, string>) => {
    const app = new AppProcess('sample', { PORT: '0', ...variables });
    started.push(app);
    return app;
  };
  afterEach(() => Promise.all(started.splice(0).map((app) => app.kill())));

  it.each(adapters)(
    'says where its limits are kept and prints its address, three curl lines and the admin page on %s, and nothing else',
    async (adapter) => {
      const app = start({ ADAPTER: adapter });
      const port = await app.port();
      const output = app.output.trim().split('\n');
      const isLogged = (line: string): boolean => line.includes('[RateLimit:');
      const logged = output.filter(isLogged);
      expect(logged.find((line) => line.includes('[RateLimit:read]'))).toMatch(
        /Using memory store \(single instance\)/,
      );
      const lines = output.filter((line) => !isLogged(line) && line !== '');
      expect(lines[0]).toBe(`The sample runs at http://localhost:${port}. Try:`);
      expect(lines.slice(1).filter((line) => line.includes(`http://localhost:${port}/api/`))).toHaveLength(3);
      expect(lines[4]).toMatch(`http://localhost:${port}/admin with the token `);
      expect(lines).toHaveLength(5);
      expect((await fetch(`http://127.0.0.1:${port}/api/v1/items`)).status).toBe(200);
      app.signal('SIGTERM');
      expect(await app.exitCode()).toBe(0);
      expect(app.errors).toBe('');
    },
  );

  it.each(adapters)('finishes the request under way on %s before it ends', async (adapter) => {
    const app = start({ ADAPTER: adapter });
    const port = await app.port();
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    let answer = '';
    socket.on('data', (data) => (answer += String(data)));
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const body = '{"name":"kettle"}';
    const head = `POST /api/v1/items HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n`;
    // It says that it has read as much.
    socket.write(`${head}expect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
    await until('the request to be under way', () => answer.startsWith('HTTP/1.1 100 Continue'));
    app.signal('SIGTERM');
    const isClosed = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => false,
        () => true,
      );
    await until('the app to accept nobody', isClosed);
    socket.write(body.slice(5));
    const sentMs = performance.now();
    expect(await app.exitCode()).toBe(0);
    // Not at the end of its keep-alive, which is 5 s on Express and 72 s on Fastify.
    expect(performance.now() - sentMs).toBeLessThan(4_000);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
    expect(answer).toContain('"name":"kettle"');
    expect(app.errors).toBe('');
  });

  it('says what is wrong with its environment, and ends with 1', async () => {
    const app = start({ PORT: 'http', RATE_LIMIT_CHAT: 'many' });
    expect(await app.exitCode()).toBe(1);
    expect(app.output).toBe('');
    expect(app.errors.trimEnd().split('\n')).toEqual([
      'The environment cannot be used:',
      '  PORT is "http". Write a whole number from 0 to 65535.',
      '  RATE_LIMIT_CHAT is "many". Write a whole number from 1 to 1000000.',
    ]);
  });

  it.each(adapters)('says on %s that its port is in use, and ends with 1', async (adapter) => {
    const port = String(await start({}).port());
    const second = start({ PORT: port, ADAPTER: adapter });
    expect(await second.exitCode()).toBe(1);
    // Nest logs what happened in its own words as well.
    expect(second.errors.trim().split('\n').at(-1)).toBe(
      `PORT is ${port}, which is in use. Stop what uses it, or set another PORT.`,
    );
    expect(second.errors).not.toContain('    at ');
  });
});
