import type { ThrottlerStorage } from '@nestjs/throttler';
import type { ThrottleHit, ThrottleTerms } from './throttle-hit';

/** What `ThrottlerStorage.increment` returns; @nestjs/throttler does not export its name. */
export type ThrottlerStorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** A storage that decides all throttlers of a request in one step: every hit is counted, or only those that refuse. */
export interface GroupThrottlerStorage extends ThrottlerStorage {
  /** The records come in the order of the hits. */
  incrementAll(hits: readonly ThrottleHit[]): Promise<readonly ThrottlerStorageRecord[]>;
  /**
   * The same for throttlers of which each has a bucket of its own for the owner, a client on a route. A caller that has
   * the same terms again passes the same list. Default: `incrementAll` with a key for each.
   */
  incrementOwner?(owner: string, terms: readonly ThrottleTerms[]): Promise<readonly ThrottlerStorageRecord[]>;
}

/** Hits with a key for each throttler of an owner. */
export function hitsOfOwner(owner: string, terms: readonly ThrottleTerms[]): readonly ThrottleHit[] {
  return terms.map((one) => ({ key: `\0${one.throttlerName}\0${owner}`, ...one }));
}

export type OwnerStorage = ThrottlerStorage & Required<Pick<GroupThrottlerStorage, 'incrementOwner'>>;

export function decidesOwners(storage: ThrottlerStorage | undefined): storage is OwnerStorage {
  return typeof (storage as Partial<OwnerStorage> | undefined)?.incrementOwner === 'function';
}

export function decidesGroups(storage: ThrottlerStorage): storage is GroupThrottlerStorage {
  return typeof (storage as Partial<GroupThrottlerStorage>).incrementAll === 'function';
}
