import type { ThrottlerOptions, ThrottlerStorage } from '@nestjs/throttler';
import { storageBehind } from './decide-together';
import { type CommonOptions, RouteThrottlers } from './route-throttlers';

/** What a guard goes by. A guard that extends ours may set other things than its options say, when it likes. */
export interface GuardSettings {
  readonly throttlers: readonly ThrottlerOptions[];
  readonly common: CommonOptions;
  readonly storage: ThrottlerStorage;
  /** Whether the storage comes from the options, and not from the module. */
  readonly isOwnStorage: boolean;
}

/** What is worked out once of the settings of a guard, for all requests until they are others. */
export class GuardPlan {
  readonly routes: RouteThrottlers;
  readonly storage: ThrottlerStorage;
  private readonly throttlers: readonly ThrottlerOptions[];
  private readonly common: CommonOptions;

  constructor(
    private readonly settings: GuardSettings,
    /** Whether a key is a route, a throttler and a tracker, so that storages may name what they keep as they like. */
    readonly hasOwnKeys: boolean,
  ) {
    this.throttlers = [...settings.throttlers];
    this.common = { ...settings.common };
    this.routes = new RouteThrottlers(this.throttlers, this.common);
    this.storage = settings.isOwnStorage ? settings.storage : storageBehind(settings.storage);
  }

  /** Whether it holds still. What becomes of a throttler itself is not looked at. */
  isOf(throttlers: readonly ThrottlerOptions[], common: CommonOptions, storage: ThrottlerStorage): boolean {
    const known = this.common;
    return (
      throttlers === this.settings.throttlers &&
      throttlers.length === this.throttlers.length &&
      storage === this.settings.storage &&
      common.generateKey === known.generateKey &&
      common.getTracker === known.getTracker &&
      common.skipIf === known.skipIf &&
      common.ignoreUserAgents === known.ignoreUserAgents
    );
  }
}
