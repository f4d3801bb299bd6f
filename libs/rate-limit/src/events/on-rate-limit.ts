import { type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { EVENT_TYPES, type RateLimitEvent, type RateLimitEventType } from './rate-limit-event';
import type { RateLimitEvents } from './rate-limit-events';

const HEARD = 'floodgate:events';

type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];
type Method = (event: RateLimitEvent) => unknown;

interface Marked {
  readonly name: string;
  readonly method: Method;
  readonly types: readonly RateLimitEventType[];
}

/** Calls the method of a provider or controller with each event of these types; without any, with all. */
export function OnRateLimit(...types: readonly RateLimitEventType[]): MethodDecorator {
  return (_target, _property, descriptor) => {
    const heard = types.length === 0 ? EVENT_TYPES : types;
    Reflect.defineMetadata(HEARD, heard, descriptor.value as object);
  };
}

/** Finds the methods marked with `@OnRateLimit()` and calls them. */
export class RateLimitEventHooks implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly ends: (() => void)[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly metadata: MetadataScanner,
    private readonly events: RateLimitEvents,
    private readonly warn: (message: string) => void,
  ) {}

  onApplicationBootstrap(): void {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const isStatic = (wrapper: InstanceWrapper): boolean => wrapper.isDependencyTreeStatic();
    const instances = wrappers.filter(isStatic).map(({ instance }) => instance as unknown);
    for (const instance of new Set(instances)) {
      if (typeof instance === 'object' && instance !== null) this.listenWith(instance);
    }
    for (const wrapper of wrappers) if (!isStatic(wrapper)) this.warnOf(wrapper);
  }

  onApplicationShutdown(): void {
    for (const end of this.ends.splice(0)) end();
  }

  private listenWith(instance: object): void {
    for (const { method, types } of this.marked(Object.getPrototypeOf(instance) as object | null)) {
      this.ends.push(this.events.listen(types, (event) => method.call(instance, event)));
    }
  }

  /** There is none of it to be called while no request is under way, and one for each request otherwise. */
  private warnOf({ metatype }: InstanceWrapper): void {
    if (typeof metatype !== 'function') return;
    const [first] = this.marked(metatype.prototype as object | null);
    if (first === undefined) return;
    const place = `${metatype.name}.${first.name}`;
    const problem = `@OnRateLimit() of ${place} has no effect: of its class there is an instance for each request.`;
    this.warn(`${problem} Mark a method of one that there is once.`);
  }

  private marked(prototype: object | null): readonly Marked[] {
    if (prototype === null) return [];
    return this.metadata.getAllMethodNames(prototype).flatMap((name) => {
      const method = (prototype as Readonly<Record<string, Method>>)[name] as Method;
      const types = Reflect.getMetadata(HEARD, method) as readonly RateLimitEventType[] | undefined;
      return types === undefined ? [] : [{ name, method, types }];
    });
  }
}
