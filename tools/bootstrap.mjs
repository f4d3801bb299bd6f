// Brings the workspace into a state where its scripts can run, and says nothing when it already is.
// Arguments name programs of the system that are needed too: `redis`, `compose`.
// Node's own modules only: this runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemPrograms } from './system-programs.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.floodgate-install');

const hash = (content) => createHash('sha256').update(content).digest('hex');
const lockfileHash = () => hash(readFileSync(join(root, 'package-lock.json')));
const readIfThere = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/** What must be true before a script runs: `isMet` looks, `meet` makes it so or throws what the reader has to do. */
const needs = [
  {
    name: 'Node.js',
    isMet() {
      const [major, minor] = process.versions.node.split('.').map(Number);
      return major > 20 || (major === 20 && minor >= 19);
    },
    meet() {
      throw new Error(`Node.js ${process.versions.node} is too old: install 20.19 or newer, then run this again.`);
    },
  },
  {
    name: 'packages',
    isMet: () => readIfThere(stamp) === lockfileHash(),
    meet() {
      console.error('Installing packages (npm ci) …');
      // The stamp goes first and comes last, so that an install that was interrupted is done again.
      rmSync(stamp, { force: true });
      const installing = lockfileHash();
      const npm = spawnSync('npm ci --no-audit --no-fund --loglevel=error', {
        cwd: root,
        shell: true,
        // Everything goes to stderr: some scripts keep stdout for their result.
        stdio: ['ignore', 2, 2],
      });
      if (npm.status !== 0) {
        throw new Error('npm ci failed; its messages are above. Fix what they name, then run this again.');
      }
      writeFileSync(stamp, installing);
    },
  },
];

const isRunning = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** One bootstrap at a time for each checkout: `npm ci` empties node_modules, also under another `npm ci`. */
async function takeTurn() {
  const lock = join(tmpdir(), `floodgate-bootstrap-${hash(root).slice(0, 16)}`);
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      process.on('exit', () => rmSync(lock, { force: true }));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = readIfThere(lock);
    // An empty file is a lock whose owner is about to write its id.
    if (holder && !isRunning(Number(holder))) rmSync(lock, { force: true });
    else await pause(200);
  }
}

function programsFor(wanted) {
  const unknown = wanted.filter((name) => !Object.hasOwn(systemPrograms, name));
  if (unknown.length > 0) {
    const known = Object.keys(systemPrograms).join(', ');
    throw new Error(`No need is called ${unknown.join(', ')}; there are ${known}.`);
  }
  return wanted.flatMap((name) => systemPrograms[name]);
}

try {
  const wanted = [...needs, ...programsFor(process.argv.slice(2))];
  const unmet = () => wanted.filter((need) => !need.isMet());
  if (unmet().length > 0) {
    await takeTurn();
    for (const need of unmet()) await need.meet();
  }
} catch (error) {
  console.error(`Cannot set up the workspace: ${error.message}`);
  process.exitCode = 1;
}
