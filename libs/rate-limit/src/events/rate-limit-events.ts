import { Observable } from 'rxjs';
import { EVENT_TYPES, type RateLimitEvent, type RateLimitEventOf, type RateLimitEventType } from './rate-limit-event';

type Listener = (event: RateLimitEvent) => void;

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

  /** Events of some types; without any, all. */
  of<Type extends RateLimitEventType>(...types: readonly Type[]): Observable<RateLimitEventOf<Type>> {
    return new Observable((subscriber) =>
      this.listen(
        types.length === 0 ? (EVENT_TYPES as readonly RateLimitEventType[] as readonly Type[]) : types,
        (event) => {
          subscriber.next(event);
        },
      ),
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
    for (const listener of this.listeners.get(event.type) ?? []) {
      try {
        listener(event);
      } catch (error) {
        this.complain(event.type, error);
      }
    }
  }
}
