import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const running = new Set();
const directories = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

let guard;

/** On Linux the kernel ends the child with us, also where we are killed and no `exit` handler runs. */
function parentDeathGuard() {
  guard ??=
    spawnSync('setpriv', ['--pdeathsig', 'KILL', 'true']).status === 0 ? ['setpriv', '--pdeathsig', 'KILL'] : [];
  return guard;
}

/** Starts a program that dies with this process. Rejects where there is no such program. */
export async function startProcess(program, args, options = {}) {
  if (spawnSync(program, ['--version']).error !== undefined) {
    throw new Error(
      `${program} is not on the PATH. Run "node tools/bootstrap.mjs redis", or install Redis 7 or later.`,
    );
  }
  const [command, ...rest] = [...parentDeathGuard(), program, ...args];
  const child = spawn(command, rest, { stdio: 'ignore', ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  await once(child, 'spawn');
  return child;
}

export const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

/** Sends SIGSTOP, and where the system shows it, waits the moment until the process stands still. */
export function stopProcess(child) {
  child.kill('SIGSTOP');
  const endMs = performance.now() + 1_000;
  while (!hasEnded(child) && runs(child.pid) && performance.now() < endMs);
}

function runs(pid) {
  try {
    // Linux: the state stands behind the name in parentheses; T is stopped, Z is dead.
    return !/\) [TtZX] [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Ends a process at once, also one that is stopped, and waits until it is gone. */
export async function endProcess(child) {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** A directory of our own, removed by `removeDirectory` or when this process ends. */
export function temporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'floodgate-redis-'));
  directories.add(directory);
  return directory;
}

export function removeDirectory(directory) {
  rmSync(directory, { recursive: true, force: true });
  directories.delete(directory);
}
