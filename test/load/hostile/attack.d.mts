export interface AttackOptions {
  readonly port: number;
  readonly count: number;
  /** The same seed sends the same requests. */
  readonly seed: number;
  /** Connections at once. Default 32. */
  readonly width?: number;
}

export interface AttackResult {
  /** How many requests were answered by which status, or in which other way. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The first requests that were answered by a 5xx, or never. */
  readonly violations: readonly { readonly outcome: string; readonly request: string }[];
}

export function attack(options: AttackOptions): Promise<AttackResult>;
