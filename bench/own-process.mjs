import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Runs a file of this folder in a process of its own until it says something. Returns the process and what it said.
 * `options` are those of `fork`.
 */
export async function startProcess(file, args, options = {}) {
  // stdout belongs to the results.
  const stdio = ['ignore', 'ignore', 'inherit', 'ipc'];
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { stdio, ...options });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${file} ${args.join(' ')} ended before it was ready (${signal ?? code}).`);
  });
  const [answer] = await Promise.race([once(child, 'message'), ended]);
  return { child, answer };
}

/** What a process says to a message. */
export async function ask(child, message) {
  child.send(message);
  const [answer] = await once(child, 'message');
  return answer;
}
