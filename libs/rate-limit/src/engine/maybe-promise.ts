import { isPromiseLike, type MaybePromise } from '../core/store';

/** Goes on with a value: at once where it is there, later where it is promised. */
export function mapMaybe<From, To>(
  value: MaybePromise<From>,
  next: (value: From) => MaybePromise<To>,
): MaybePromise<To> {
  return isPromiseLike(value) ? Promise.resolve(value).then(next) : next(value);
}

/** What `attempt` gives or promises; what `rescue` makes of the error where it throws or rejects. */
export function tryMaybe<Value>(
  attempt: () => MaybePromise<Value>,
  rescue: (error: unknown) => MaybePromise<Value>,
): MaybePromise<Value> {
  try {
    const value = attempt();
    return isPromiseLike(value) ? Promise.resolve(value).catch(rescue) : value;
  } catch (error) {
    return rescue(error);
  }
}
