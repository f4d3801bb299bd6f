const shared = new WeakMap<AbortSignal, SharedListener>();

/** Calls `act` when a signal aborts that has not yet; what is returned puts an end to it. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  let listener = shared.get(signal);
  if (listener === undefined) shared.set(signal, (listener = new SharedListener(signal)));
  return listener.add(act);
}

/**
 * The only listener of a signal, however many wait with it: a signal may live as long as its process, keeps whatever
 * `AbortSignal.any` made of it, and of more than ten listeners Node warns.
 */
class SharedListener {
  private readonly acts = new Set<() => void>();

  constructor(private readonly signal: AbortSignal) {}

  add(act: () => void): () => void {
    if (this.acts.size === 0) this.signal.addEventListener('abort', this.tell);
    this.acts.add(act);
    return () => {
      this.acts.delete(act);
      if (this.acts.size === 0) this.signal.removeEventListener('abort', this.tell);
    };
  }

  private readonly tell = (): void => {
    for (const act of this.acts) act();
  };
}
