import { createStore } from './store';

export type Theme = 'system' | 'light' | 'dark';
export type Zone = 'local' | 'utc';
export type Language = 'en' | 'de';

/** Where storage is forbidden the page works without remembering. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(`rate-limit-admin.${name}`);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(`rate-limit-admin.${name}`, value);
  } catch {
    // Not remembered, then.
  }
}

function oneOf<Value extends string>(value: string | null, values: readonly Value[], fallback: Value): Value {
  return values.find((known) => known === value) ?? fallback;
}

export const theme = createStore<Theme>(oneOf(read('theme'), ['system', 'light', 'dark'], 'system'));
export const zone = createStore<Zone>(oneOf(read('zone'), ['local', 'utc'], 'local'));
export const language = createStore<Language>(
  oneOf(read('language') ?? navigator.language.slice(0, 2), ['en', 'de'], 'en'),
);

theme.subscribe(() => {
  write('theme', theme.get());
});
zone.subscribe(() => {
  write('zone', zone.get());
});
language.subscribe(() => {
  write('language', language.get());
});

function applyTheme(): void {
  const chosen = theme.get();
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}

theme.subscribe(applyTheme);
applyTheme();
