import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { EVENT_TYPES, type RateLimitEvent, type RateLimitEventType } from './rate-limit-event';
import { RateLimitEvents } from './rate-limit-events';

const HEARD = 'floodgate:events';

type Method = (event: RateLimitEvent) => unknown;

/** Calls the method of a provider or controller with each event of these types; without any, with all. */
export function OnRateLimit(...types: readonly RateLimitEventType[]): MethodDecorator {
  return (_target, _property, descriptor) => {
    const heard = types.length === 0 ? EVENT_TYPES : types;
    Reflect.defineMetadata(HEARD, heard, descriptor.value as object);
  };
}

/** Finds the methods marked with `@OnRateLimit()` and calls them. */
@Injectable()
export class RateLimitEventHooks implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ends: (() => void)[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metadata: MetadataScanner,
    @Inject(RateLimitEvents) private readonly events: RateLimitEvents,
  ) {}

  onApplicationBootstrap(): void {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const instances = wrappers
      .filter((wrapper) => wrapper.isDependencyTreeStatic())
      .map(({ instance }) => instance as unknown);
    for (const instance of new Set(instances)) {
      if (typeof instance === 'object' && instance !== null) this.listenWith(instance);
    }
  }

  onApplicationShutdown(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private listenWith(instance: object): void {
    const prototype = Object.getPrototypeOf(instance) as Readonly<Record<string, Method>> | null;
    if (prototype === null) return;
    for (const name of this.metadata.getAllMethodNames(prototype)) {
      const method = prototype[name] as Method;
      const types = Reflect.getMetadata(HEARD, method) as readonly RateLimitEventType[] | undefined;
      if (types === undefined) continue;
      this.ends.push(this.events.listen(types, (event) => method.call(instance, event)));
    }
  }
}
