import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export const execute = promisify(execFile);

/**
 * Copies a fixture beside the tarball and installs both as its reader would: `npm install` and nothing more.
 * @param copy Name of the folder it is copied to.
 * @param packages What this copy needs besides, such as `helmet@^8`.
 */
export async function install(fixture: string, copy = fixture, packages: readonly string[] = []): Promise<string> {
  const folder = join(process.env['FLOODGATE_PACKAGE_FOLDER']!, copy);
  cpSync(join(__dirname, 'fixtures', fixture), folder, { recursive: true });
  await execute('npm', ['install', process.env['FLOODGATE_TARBALL']!, ...packages], { cwd: folder });
  return folder;
}

/** Starts an application and waits for the address that it prints. */
export async function start(folder: string, main = 'main.js'): Promise<{ app: ChildProcess; url: string }> {
  const app = spawn(process.execPath, [main], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  app.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  for await (const line of createInterface({ input: app.stdout })) {
    const [, url] = /^listening on (.+)$/.exec(line) ?? [];
    if (url !== undefined) return { app, url };
  }
  throw new Error(`The application ended before it listened:\n${complaints}`);
}

export async function stop(app: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => app.once('exit', resolve));
  app.kill();
  await ended;
}
