import { Observable, type Observer, type Subscriber, type Subscription } from 'rxjs';

type Listener<Event> = (event: Event) => void;

/** Events for who subscribes: functions are called as `guarded` makes them, for RxJS ends the process when one throws. */
export class EventStream<Event> extends Observable<Event> {
  constructor(
    begin: (subscriber: Subscriber<Event>) => () => void,
    private readonly guarded: (listener: Listener<Event>) => Listener<Event>,
  ) {
    super(begin);
  }

  override subscribe(listener?: Partial<Observer<Event>> | Listener<Event> | null): Subscription {
    return super.subscribe(typeof listener === 'function' ? this.guarded(listener) : (listener ?? undefined));
  }
}
