import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endProcess, hasEnded, startProcess } from '../../test/support/redis/processes.mjs';

const main = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'apps/sample/dist/main.js');

/** Starts the sample, which must be built, on a port of its own. Its log goes to stderr under its name. */
export async function startSample(name, environment) {
  const env = { PATH: process.env.PATH, NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'log', ...environment };
  const child = await startProcess(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const listening = new Promise((resolve) => {
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        const url = /runs at (http:\/\/\S+?)\. /.exec(line)?.[1];
        if (url !== undefined) resolve(url);
        else if (line.includes('[Redis]') || line.includes('Error')) console.error(`${name}: ${messageOf(line)}`);
      });
    }
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code} before it listened.`);
  });
  const url = await Promise.race([listening, ended]);
  ended.catch(() => undefined);
  return { name, url, hasEnded: () => hasEnded(child), stop: () => endProcess(child) };
}

function messageOf(line) {
  try {
    return JSON.parse(line).message;
  } catch {
    return line;
  }
}
