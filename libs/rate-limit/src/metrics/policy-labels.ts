/** The most policies that have a label of their own. */
const MOST = 200;
export const OTHER = '_other';

export interface PolicyLabelOptions {
  /** The names of registered policies, as they are now. */
  readonly registered: () => readonly string[];
  /** Names that are no registered policies and get a label all the same. */
  readonly more: readonly string[];
  readonly warnOnce: (subject: string, message: string) => void;
}

/** Labels for policies: a bounded number, whatever policies are made at run time. */
export class PolicyLabels {
  private readonly given = new Set<string>();

  constructor(private readonly options: PolicyLabelOptions) {}

  /** The policy's own name, or `_other` where it is not registered or there are too many. */
  of(policy: string): string {
    if (this.given.has(policy)) return policy;
    const { registered, more, warnOnce } = this.options;
    if (!more.includes(policy) && !registered().includes(policy)) return OTHER;
    if (this.given.size >= MOST) {
      const told = `Metrics tell ${String(MOST)} policies apart; "${policy}" and later ones are counted as "${OTHER}".`;
      warnOnce('metric labels', told);
      return OTHER;
    }
    this.given.add(policy);
    return policy;
  }
}

/** Adds up values that have the same labels. */
export class Sums {
  private readonly sums = new Map<string, { labels: Readonly<Record<string, string>>; value: number }>();

  add(labels: Readonly<Record<string, string>>, value: number): void {
    const key = Object.values(labels).join('\n');
    const sum = this.sums.get(key);
    if (sum === undefined) this.sums.set(key, { labels, value });
    else sum.value += value;
  }

  get samples(): readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[] {
    return [...this.sums.values()];
  }
}
