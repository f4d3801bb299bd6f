import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, isPortTaken, onFreePorts } from './ports.mjs';
import { endProcess, hasEnded, removeDirectory, startProcess, stopProcess, temporaryDirectory } from './processes.mjs';
import { makeCertificates, tlsArguments, tlsCliArguments } from './tls.mjs';
import { until } from './until.mjs';

const run = promisify(execFile);

const CLI_TIMEOUT_MS = 5_000;

/** How long the port of a server that comes back may still be somebody's, such as that of a connection it ended. */
const PORT_BACK_MS = 5_000;

/** What a server logs once its port is its own; before, whoever answers there may be another. */
const LISTENS = /Ready to accept connections|Sentinel ID is/;

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
    const saidBefore = this.log().length;
    try {
      this.#child = await startProcess('redis-server', this.#arguments(), { stdio: ['ignore', log, log] });
    } finally {
      closeSync(log);
    }
    const isUp = async () => LISTENS.test(this.log().slice(saidBefore)) && this.#answers();
    await until(`redis-server on port ${this.port}`, async () => hasEnded(this.#child) || isUp(), {
      timeoutMs: 20_000,
    });
    if (this.isRunning) return;
    throw new Error(`redis-server on port ${this.port} ended at once; its log:\n${this.log().slice(saidBefore)}`);
  }

  async cli(...args) {
    const { stdout } = await this.#redisCli(args);
    return stdout.replace(/\n$/, '');
  }

  async kill() {
    if (this.#child !== undefined) await endProcess(this.#child);
  }

  pause() {
    stopProcess(this.#child);
  }

  resume() {
    this.#child.kill('SIGCONT');
  }

  async restart() {
    await this.kill();
    const endMs = performance.now() + PORT_BACK_MS;
    const again = (error) => {
      if (!isPortTaken(error) || performance.now() > endMs) throw error;
    };
    while (!this.isRunning) await this.start().catch(again);
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
    const options = { env, timeout: CLI_TIMEOUT_MS, maxBuffer: 64 * 1024 * 1024 };
    return run('redis-cli', ['-e', '-h', this.host, '-p', `${this.port}`, ...tls, ...args.map(String)], options);
  }
}

/** See index.d.mts. Takes another port where somebody was quicker, unless the caller named one. */
export async function startRedis(options = {}) {
  const start = async () => {
    const server = new RedisServer({ ...options, port: options.port ?? (await freePort()) });
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop().catch(() => undefined);
      throw error;
    }
  };
  return options.port === undefined ? onFreePorts(start) : start();
}
