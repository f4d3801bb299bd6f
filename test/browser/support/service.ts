import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Something that serves the admin page. */
export interface Service {
  /** The page, without a slash at its end. */
  readonly url: string;
  readonly token: string | undefined;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly token?: string;
  readonly role?: 'read' | 'operate' | 'configure';
  readonly mount?: string;
  readonly blocked?: number;
  readonly degraded?: boolean;
}

const RUN = join(__dirname, '../../../libs/admin-ui/dev/run.mjs');

/** Starts the built page with an invented service behind it, in a process of its own, and waits for its address. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const { token, role = 'configure', mount = '/admin', blocked = 23, degraded = false } = options;
  const child = spawn(
    process.execPath,
    [
      RUN,
      ...['--port', '0', '--mount', mount, '--role', role, '--blocked', String(blocked)],
      ...(token === undefined ? [] : ['--token', token]),
      ...(degraded ? ['--degraded'] : []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url, token, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
