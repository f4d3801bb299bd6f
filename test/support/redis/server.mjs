import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './ports.mjs';
import { endProcess, hasEnded, removeDirectory, startProcess, temporaryDirectory } from './processes.mjs';
import { makeCertificates, tlsArguments, tlsCliArguments } from './tls.mjs';
import { until } from './until.mjs';

const run = promisify(execFile);

const PORT_ATTEMPTS = 5;

/** What every server of data is started with, before the caller's own arguments. */
const dataArguments = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'];

/** One redis-server process and the files it needs. */
class RedisServer {
  host = '127.0.0.1';
  #child;
  #directory = temporaryDirectory();
  #options;

  constructor(options) {
    this.#options = options;
    this.port = options.port;
    this.password = options.password;
    if (options.tls) this.tls = options.tls.certificates ?? makeCertificates(this.#directory);
  }

  get url() {
    const secret = this.password === undefined ? '' : `:${encodeURIComponent(this.password)}@`;
    return `${this.tls === undefined ? 'redis' : 'rediss'}://${secret}${this.host}:${this.port}`;
  }

  get pid() {
    return this.#child.pid;
  }

  get isRunning() {
    return this.#child !== undefined && !hasEnded(this.#child);
  }

  async start() {
    // Its own log goes there too, and so does what it says before it has read where to log.
    const log = openSync(this.#logFile, 'a');
    try {
      this.#child = await startProcess('redis-server', this.#arguments(), { stdio: ['ignore', log, log] });
    } finally {
      closeSync(log);
    }
    await until(`redis-server on port ${this.port}`, () => hasEnded(this.#child) || this.#answers());
    if (this.isRunning) return;
    throw new Error(`redis-server on port ${this.port} ended at once; its log:\n${this.log()}`);
  }

  async cli(...args) {
    const { stdout } = await this.#redisCli(args);
    return stdout.replace(/\n$/, '');
  }

  async kill() {
    if (this.#child !== undefined) await endProcess(this.#child);
  }

  pause() {
    this.#child.kill('SIGSTOP');
  }

  resume() {
    this.#child.kill('SIGCONT');
  }

  async restart() {
    await this.kill();
    await this.start();
  }

  async stop() {
    await this.kill();
    removeDirectory(this.#directory);
  }

  log() {
    return readFileSync(this.#logFile, 'utf8');
  }

  get #logFile() {
    return join(this.#directory, 'redis.log');
  }

  #arguments() {
    const { args = [], tls, sentinelOf } = this.#options;
    const common = [
      ...['--bind', '127.0.0.1', '--dir', this.#directory],
      ...(tls ? tlsArguments(this.tls.directory, this.port, tls.clients) : ['--port', `${this.port}`]),
      ...(this.password === undefined ? [] : ['--requirepass', this.password]),
    ];
    if (sentinelOf !== undefined) return [this.#sentinelFile(sentinelOf), ...common, '--sentinel'];
    const masterAuth = this.password === undefined ? [] : ['--masterauth', this.password];
    return [...common, ...dataArguments, ...masterAuth, ...args.map(String)];
  }

  /** Sentinel keeps what it learns in its configuration file, which therefore outlives a restart. */
  #sentinelFile(lines) {
    const file = join(this.#directory, 'sentinel.conf');
    if (!existsSync(file)) writeFileSync(file, lines.join('\n'));
    return file;
  }

  async #answers() {
    const answer = await this.cli('PING').catch((error) => error.stderr ?? '');
    // A server whose users were changed by arguments is up too.
    return /PONG|NOAUTH|WRONGPASS|NOPERM/.test(answer);
  }

  #redisCli(args) {
    const tls = this.tls === undefined ? [] : tlsCliArguments(this.tls.directory);
    const env = this.password === undefined ? process.env : { ...process.env, REDISCLI_AUTH: this.password };
    const options = { env, timeout: 5_000, maxBuffer: 64 * 1024 * 1024 };
    return run('redis-cli', ['-e', '-h', this.host, '-p', `${this.port}`, ...tls, ...args.map(String)], options);
  }
}

/** See index.d.mts. Takes another port where somebody was quicker, unless the caller named one. */
export async function startRedis(options = {}) {
  for (let attempt = 1; ; attempt += 1) {
    const server = new RedisServer({ ...options, port: options.port ?? (await freePort()) });
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop().catch(() => undefined);
      const isTaken = error.message.includes('Address already in use');
      if (!isTaken || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}
