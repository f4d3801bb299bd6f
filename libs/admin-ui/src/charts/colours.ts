import { theme } from '../lib/settings';

const known = new Map<string, string>();
const listeners = new Set<() => void>();

/** A token of the stylesheet as the canvas understands it, in the theme that is shown. */
export function colourOf(token: string): string {
  const found = known.get(token);
  if (found !== undefined) return found;
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  known.set(token, colour);
  return colour;
}

function forget(): void {
  known.clear();
  for (const listener of listeners) listener();
}

theme.subscribe(forget);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', forget);

/** Tells when the theme has changed. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
