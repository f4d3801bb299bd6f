import type { ThrottlerOptions } from '@nestjs/throttler';
import type { ThrottleTerms } from './throttle-hit';
import type { ThrottlerStorageRecord } from './throttler-storage';

type SetField = (name: string, value: number) => void;

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

  /** Writes those of all throttlers that were asked, as far as they want them. Returns whether one refused. */
  writeAll(
    throttlers: readonly Pick<ThrottlerOptions, 'setHeaders'>[],
    terms: readonly ThrottleTerms[],
    records: readonly ThrottlerStorageRecord[],
    byDefault: boolean,
    set: SetField,
  ): boolean {
    let isRefused = false;
    let retryAfter = 0;
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as ThrottlerStorageRecord;
      isRefused ||= record.isBlocked;
      if (throttlers[i]?.setHeaders ?? byDefault) {
        retryAfter = Math.max(retryAfter, this.write(terms[i] as ThrottleTerms, record, set));
      }
    }
    if (retryAfter > 0) set(this.retryAfter, retryAfter);
    return isRefused;
  }

  /** Writes those of one throttler. Returns the seconds that `Retry-After` has to say because of it; 0 for none. */
  private write({ throttlerName, limit }: ThrottleTerms, record: ThrottlerStorageRecord, set: SetField): number {
    const names = this.names.get(throttlerName) ?? this.nameFields(throttlerName);
    set(names.limit, limit);
    set(names.remaining, Math.max(0, limit - record.totalHits));
    set(names.reset, record.timeToExpire);
    if (!record.isBlocked) return 0;
    if (names.retryAfter !== undefined) set(names.retryAfter, record.timeToBlockExpire);
    return Math.max(record.timeToBlockExpire, 1);
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
