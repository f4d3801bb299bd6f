import { setTimeout as pause } from 'node:timers/promises';

const EVERY_MS = 20;

/** Waits until a look at something holds. A look that rejects ends the wait. */
export async function until(what: string, holds: () => Promise<boolean> | boolean, withinMs = 20_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`Waited ${withinMs} ms in vain for ${what}`);
    await pause(EVERY_MS);
  }
}
