import type { ThrottlerStorageRecord } from './throttler-storage';

export interface ThrottlerField {
  /** Of the throttler. */
  readonly name: string;
  readonly limit: number;
  readonly record: ThrottlerStorageRecord;
}

interface Names {
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
  /** `undefined` where it is that of all throttlers. */
  readonly retryAfter: string | undefined;
}

const RETRY_AFTER = 'Retry-After';

/**
 * The fields of @nestjs/throttler, the same ones whether a request passes or not, and on a refusal a `Retry-After` that
 * is right for all throttlers that refused. Names are put together once.
 */
export class ThrottlerHeaders {
  private readonly names = new Map<string, Names>();
  private readonly retryAfter: string;

  constructor(
    readonly prefix: string,
    /** For Fastify, which sends names in lower case: handed one that is, it need not make a new text of it. */
    readonly lowerCase: boolean,
  ) {
    this.retryAfter = this.cased(RETRY_AFTER);
  }

  /** Writes those of one throttler. Returns the seconds that `Retry-After` has to say because of it; 0 for none. */
  write({ name, limit, record }: ThrottlerField, set: (name: string, value: number) => void): number {
    const names = this.names.get(name) ?? this.nameFields(name);
    set(names.limit, limit);
    set(names.remaining, Math.max(0, limit - record.totalHits));
    set(names.reset, record.timeToExpire);
    if (!record.isBlocked) return 0;
    if (names.retryAfter !== undefined) set(names.retryAfter, record.timeToBlockExpire);
    return Math.max(record.timeToBlockExpire, 1);
  }

  writeRetryAfter(seconds: number, set: (name: string, value: number) => void): void {
    set(this.retryAfter, seconds);
  }

  private nameFields(name: string): Names {
    const suffix = name === 'default' ? '' : `-${name}`;
    const names: Names = {
      limit: this.cased(`${this.prefix}-Limit${suffix}`),
      remaining: this.cased(`${this.prefix}-Remaining${suffix}`),
      reset: this.cased(`${this.prefix}-Reset${suffix}`),
      retryAfter: suffix === '' ? undefined : this.cased(`${RETRY_AFTER}${suffix}`),
    };
    this.names.set(name, names);
    return names;
  }

  private cased(name: string): string {
    return this.lowerCase ? name.toLowerCase() : name;
  }
}
