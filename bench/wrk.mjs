import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Requests over so many connections, one after another on each, for so many seconds. Returns how many were answered in
 * all, how many of those with another status than 2xx or 3xx, how many failed, and the answers per second.
 *
 * wrk is no package of npm, but it takes 7 µs of a processor for a request where autocannon took 27, more than the
 * application beside it: on two cores the load was half of what was measured.
 */
export async function wrk(url, { connections, seconds }) {
  const args = ['--threads', '1', '--connections', String(connections), '--duration', `${seconds}s`, url];
  const { stdout } = await run('wrk', args);
  return readWrk(stdout);
}

/** What wrk prints, in numbers. It leaves out the lines of what has not happened. */
export function readWrk(text) {
  const find = (pattern) => pattern.exec(text)?.slice(1).map(Number);
  const [answered] = find(/(\d+) requests in /) ?? [];
  const [perSecond] = find(/Requests\/sec: +([\d.]+)/) ?? [];
  if (answered === undefined || perSecond === undefined) throw new Error(`wrk printed no result:\n${text}`);
  const [others = 0] = find(/Non-2xx or 3xx responses: (\d+)/) ?? [];
  const errors = find(/Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/) ?? [];
  return { answered, others, failed: errors.reduce((sum, count) => sum + count, 0), perSecond };
}
