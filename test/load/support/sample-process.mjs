// The built sample as a child process, with a look at its memory.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../apps/sample/dist/main.js', import.meta.url));
const reportMemory = fileURLToPath(new URL('report-memory.cjs', import.meta.url));

const megabytes = (bytes) => Math.round(bytes / 104_857.6) / 10;

export class SampleProcess {
  /** Everything the app wrote to stderr, cut to a size that can be shown. */
  complaints = '';
  #child;

  constructor(child) {
    this.#child = child;
    child.stderr.on('data', (data) => (this.complaints = (this.complaints + data).slice(0, 10_000)));
  }

  /** Starts it on a free port, trusting this machine as a proxy so that the load can come from many addresses. */
  static async start(variables) {
    if (!existsSync(main)) throw new Error('The sample is not built. Run npm run build first.');
    const child = fork(main, {
      env: { ...process.env, PORT: '0', TRUSTED_PROXIES: 'loopback', ...variables },
      execArgv: ['--expose-gc', '--require', reportMemory],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const sample = new SampleProcess(child);
    sample.port = await sample.#findPort();
    return sample;
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async memory() {
    this.#child.send('memory');
    const [{ rss, heapUsed, external }] = await once(this.#child, 'message', { signal: AbortSignal.timeout(30_000) });
    return { rss: megabytes(rss), heap: megabytes(heapUsed), external: megabytes(external) };
  }

  /** Ends it as an orchestrator would. Returns its exit code. */
  async stop() {
    if (!this.isRunning) return this.#child.exitCode;
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
    clearTimeout(killer);
    return this.#child.exitCode;
  }

  #findPort() {
    return new Promise((resolve, reject) => {
      let output = '';
      this.#child.stdout.on('data', (data) => {
        output = (output + data).slice(0, 10_000);
        const found = /http:\/\/localhost:(\d+)/.exec(output);
        if (found) resolve(Number(found[1]));
      });
      this.#child.once('exit', (code) => {
        reject(new Error(`The sample did not start (exit code ${code}):\n${this.complaints}`));
      });
    });
  }
}
