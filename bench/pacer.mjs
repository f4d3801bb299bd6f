/**
 * Makes calls at random instants (Poisson), so many a second, whether or not earlier ones have been answered: a caller
 * that is slow does not spare itself the calls that would have met it. Each is timed from the instant at which it was
 * due. `call(i)` may answer at once. Returns the milliseconds of each call, in no order.
 *
 * It keeps one core busy meanwhile: timers are a millisecond coarse.
 */
export async function paced({ perSecond, seconds, random = Math.random, call }) {
  const calls = Math.round(perSecond * seconds);
  const latencies = new Float64Array(calls);
  let answered = 0;
  let failure;
  const begin = performance.now();
  let dueMs = begin;
  for (let i = 0; i < calls;) {
    for (const nowMs = performance.now(); i < calls && dueMs <= nowMs; i++) {
      const startMs = dueMs;
      dueMs += (-Math.log(1 - random()) * 1000) / perSecond;
      Promise.resolve(call(i)).then(
        () => {
          latencies[answered++] = performance.now() - startMs;
        },
        (error) => {
          failure ??= error;
          answered++;
        },
      );
    }
    await new Promise(setImmediate);
  }
  while (answered < calls) await new Promise(setImmediate);
  if (failure !== undefined) throw failure;
  return { latencies, elapsedMs: performance.now() - begin };
}
