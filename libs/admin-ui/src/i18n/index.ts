import { createStore, useStore } from '../lib/store';
import { language, type Language } from '../lib/settings';
import { en, type Catalogue, type Message } from './en';

const catalogue = createStore<Catalogue>(en);

/** Loads the words of the language that is set, now and whenever another is chosen. */
export async function startLanguage(): Promise<void> {
  language.subscribe(() => void load(language.get()));
  await load(language.get());
}

async function load(wanted: Language): Promise<void> {
  const words = wanted === 'de' ? (await import('./de')).de : en;
  document.documentElement.lang = wanted;
  catalogue.set(words);
}

type Values = Readonly<Record<string, string | number>>;

/**
 * What a message says, with `{name}` filled in. `one|other` is chosen by `{n}`. Text only: what is filled in is never
 * taken for anything else.
 */
export function t(message: Message, values: Values = {}): string {
  // A page that is older than its server does not know every action in the trail.
  const words: Partial<Catalogue> = catalogue.get();
  const forms = (words[message] ?? message).split('|');
  const form = values['n'] === 1 || values['n'] === '1' ? forms[0] : (forms[1] ?? forms[0]);
  return (form ?? '').replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** Makes the component draw itself anew when the language changes. */
export const useLanguage = (): Catalogue => useStore(catalogue);

export type { Message };
