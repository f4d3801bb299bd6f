import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const LONGEST_MS = 30_000;

/** A process of a test: what it says, and its end. */
export class Child {
  output = '';
  private readonly process: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(command: string, args: readonly string[], options: Pick<SpawnOptions, 'cwd' | 'env'>) {
    this.process = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stdout?.on('data', (data) => (this.output += String(data)));
    this.process.stderr?.on('data', (data) => (this.output += String(data)));
    this.ended = once(this.process, 'close');
  }

  /** Resolves when `isUp` does without an error; rejects with the output when the process ends first, or never does. */
  async until(isUp: () => unknown): Promise<this> {
    const limit = Date.now() + LONGEST_MS;
    for (;;) {
      try {
        await isUp();
        return this;
      } catch (error) {
        if (this.process.exitCode !== null || Date.now() > limit) {
          throw new Error(`${this.process.spawnfile} did not start:\n${this.output}`, { cause: error });
        }
        await pause(25);
      }
    }
  }

  /** The exit code after a signal. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.process.kill(signal);
    await this.ended;
    return this.process.exitCode;
  }
}
