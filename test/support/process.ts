import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

/** A built app in a process of its own, where its environment, signals and exit code matter. */
export class AppProcess {
  output = '';
  errors = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;

  constructor(app: string, variables: Readonly<Record<string, string>>) {
    const main = join(root, 'apps', app, 'dist', 'main.js');
    if (!existsSync(main)) throw new Error(`apps/${app} is not built. Run npm run build first.`);
    const { PATH } = process.env;
    this.child = spawn(process.execPath, [main], { env: { PATH, ...variables }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.child, 'close');
    this.child.stdout?.on('data', (data) => (this.output += String(data)));
    this.child.stderr?.on('data', (data) => (this.errors += String(data)));
  }

  /** The port that the app says it listens on. */
  async port(): Promise<number> {
    for (;;) {
      const found = /http:\/\/localhost:(\d+)/.exec(this.output);
      if (found) return Number(found[1]);
      const next = await Promise.race([once(this.child.stdout!, 'data'), this.ended.then(() => undefined)]);
      if (next === undefined) throw new Error(`The app ended before it listened:\n${this.errors}`);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async exitCode(): Promise<number | null> {
    await this.ended;
    return this.child.exitCode;
  }

  /** For the end of a test, whatever came of it. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
