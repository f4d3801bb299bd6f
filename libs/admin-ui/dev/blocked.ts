import type { BlockedKeyView } from '../../rate-limit/src/admin/api';
import { CLIENTS } from './policies';
import { randomOf } from './random';

const WINDOWS = { login: 300_000, search: 60_000, api: 8000, export: 3_600_000 } as const;

/** Who is refused now: some stay, some come and go. */
export class Blocked {
  private readonly rows = new Map<string, BlockedKeyView>();
  private readonly random = randomOf(11);

  constructor(
    private readonly size: number,
    private readonly bans: () => ReadonlyMap<string, { readonly id: string; readonly untilMs: number }>,
  ) {}

  tick(nowMs: number): void {
    for (const [id, row] of this.rows) {
      if (row.untilMs <= nowMs) this.rows.delete(id);
      else this.rows.set(id, { ...row, denied: row.denied + Math.floor(this.random() * 4) });
    }
    const names = Object.keys(WINDOWS) as (keyof typeof WINDOWS)[];
    while (this.rows.size < this.size) {
      const policy = names[Math.floor(this.random() * names.length)] ?? 'login';
      const text =
        this.rows.size < CLIENTS.length
          ? (CLIENTS[this.rows.size] ?? '')
          : `ip:100.64.${String(Math.floor(this.random() * 255))}.${String(Math.floor(this.random() * 255))}`;
      const window = WINDOWS[policy];
      const ban = this.bans().get(text);
      const untilMs = ban?.untilMs ?? nowMs + 2000 + Math.floor(this.random() * window);
      this.rows.set(`${policy} ${text}`, {
        key: { text, ref: text },
        policy,
        sinceMs: nowMs - Math.floor(this.random() * 120_000),
        untilMs,
        denied: 1 + Math.floor(this.random() * 900),
        entryId: ban?.id ?? null,
      });
    }
  }

  list(): readonly BlockedKeyView[] {
    return [...this.rows.values()];
  }

  countOf = (policy: string): number => this.list().filter((row) => row.policy === policy).length;

  /** The policies that had blocked it. */
  release(key: string, policy?: string): readonly string[] {
    const found = [...this.rows].filter(([, row]) => row.key.text === key && (!policy || row.policy === policy));
    for (const [id] of found) this.rows.delete(id);
    return found.map(([, row]) => row.policy);
  }
}
