/**
 * Makes an exception without the frames of its stack. Collecting them takes longer than all else that is done for a
 * request that is refused, and they always lead to the guard. Where `Error` is frozen they are collected as usual.
 */
export function withoutStack<Exception>(make: () => Exception): Exception {
  const { stackTraceLimit } = Error;
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}
