import { type ThrottlerStorage, ThrottlerStorageService } from '@nestjs/throttler';

export type Hit = readonly [key: string, ttl: number, limit: number, blockDuration: number, name: string];
export type Record = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** The memory storage of @nestjs/throttler itself, at a time of the test's choosing. */
export class ReferenceStorage {
  private readonly storage = new ThrottlerStorageService();
  private readonly clock = jest.spyOn(Date, 'now');

  async increment(nowMs: number, hit: Hit): Promise<Record> {
    this.clock.mockReturnValue(nowMs);
    return toldAs(await this.storage.increment(...hit));
  }

  close(): void {
    this.clock.mockRestore();
    this.storage.onApplicationShutdown();
  }
}

/** Where there is nothing to say, the reference tells a time since 1970, or a negative zero: the contract says 0. */
function toldAs({ totalHits, timeToExpire, isBlocked, timeToBlockExpire }: Record): Record {
  return { totalHits, timeToExpire: timeToExpire + 0, isBlocked, timeToBlockExpire: isBlocked ? timeToBlockExpire : 0 };
}
