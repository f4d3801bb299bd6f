import { reasonOf } from './reason';
import { type RedisLog, say } from './redis-log';

/** Without these the connection still works, with less to tell. */
const DISPENSABLE = /^(?:info|client|config|hello)\b/i;

/** What the server's user may not do, each told once for each connection. */
export class Rights {
  private readonly told = new Set<string>();

  constructor(
    private readonly nameNow: () => string,
    private readonly log: RedisLog,
  ) {}

  /** A new connection may have other rights. */
  forget(): void {
    this.told.clear();
  }

  /** Looks at an error reply. */
  see(error: Error): void {
    const reason = reasonOf(error);
    const command = deniedCommand(reason);
    if (command !== undefined) this.missing([command], reason);
  }

  /** Tells which commands are denied, where that is news. */
  missing(commands: readonly string[], reason?: string): void {
    const news = commands.filter((command) => !this.told.has(command));
    const needed = news.filter((command) => !DISPENSABLE.test(command));
    for (const command of news) this.told.add(command);
    if (needed.length === 0) return;
    const detail = reason === undefined ? '' : ` (${reason})`;
    say(
      this.log,
      'error',
      `${this.nameNow()} denies ${needed.join(', ')} to this user${detail}. Grant it with ACL SETUSER.`,
    );
  }
}

/** The command that an error reply denies; `a key` where the command is allowed, but not on these keys. */
export function deniedCommand(reason: string): string | undefined {
  if (!/\bNOPERM\b|ACL failure|The user executing the script/.test(reason)) return undefined;
  return (
    /'([^']+)' command/.exec(reason)?.[1]?.replace('|', ' ').toUpperCase() ??
    (/\bkeys?\b/.test(reason) ? 'a key' : 'a command')
  );
}
