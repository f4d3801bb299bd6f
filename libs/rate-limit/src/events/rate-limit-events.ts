import { Observable } from 'rxjs';
import { isPromiseLike } from '../core/store';
import { EventStream } from './event-stream';
import { EVENT_TYPES, type RateLimitEvent, type RateLimitEventOf, type RateLimitEventType } from './rate-limit-event';

type Listener = (event: RateLimitEvent) => unknown;

/**
 * What happens in the limiter, as it happens. Inject it. Events of a type that nobody listens to cost nothing; `limited`
 * comes for every refusal, so listeners should be quick.
 */
export class RateLimitEvents {
  private readonly listeners = new Map<RateLimitEventType, Set<Listener>>(
    EVENT_TYPES.map((type) => [type, new Set<Listener>()]),
  );

  /** @param complain Told what a listener threw: a listener must not fail the request it is told of. */
  constructor(readonly complain: (type: RateLimitEventType, error: unknown) => void) {}

  /**
   * Events of some types; without any, all. What a function that subscribes to it throws is told as that of a listener;
   * behind operators it is RxJS', which ends the process with it.
   */
  of<Type extends RateLimitEventType>(...types: readonly Type[]): Observable<RateLimitEventOf<Type>> {
    const heard = types.length === 0 ? (EVENT_TYPES as readonly RateLimitEventType[] as readonly Type[]) : types;
    return new EventStream<RateLimitEventOf<Type>>(
      (subscriber) =>
        this.listen(heard, (event) => {
          subscriber.next(event);
        }),
      (listener) => (event) => {
        this.call(listener as Listener, event);
      },
    );
  }

  /** Calls a function with each event of some types. Returns what ends that. */
  listen<Type extends RateLimitEventType>(
    types: readonly Type[],
    listener: (event: RateLimitEventOf<Type>) => void,
  ): () => void {
    const added = listener as Listener;
    for (const type of types) this.listeners.get(type)?.add(added);
    return () => {
      for (const type of types) this.listeners.get(type)?.delete(added);
    };
  }

  /** Whether anybody would hear of it. */
  isHeard(type: RateLimitEventType): boolean {
    return this.listeners.get(type)?.size !== 0;
  }

  emit(event: RateLimitEvent): void {
    for (const listener of this.listeners.get(event.type) ?? []) this.call(listener, event);
  }

  /** Declared as returning nothing, it may still be async, and a rejection that nobody handles ends the process. */
  private call(listener: Listener, event: RateLimitEvent): void {
    const complain = (error: unknown): void => {
      this.complain(event.type, error);
    };
    try {
      const result = listener(event);
      if (isPromiseLike(result)) result.then(undefined, complain);
    } catch (error) {
      complain(error);
    }
  }
}
