import type { IconName } from '../components/icon';
import type { Message } from '../i18n';

export interface PageEntry {
  readonly path: string;
  readonly title: Message;
  readonly icon: IconName;
  /** After `g`. */
  readonly key: string;
}

/** The pages, as the navigation shows them: what is happening, what is done about it, what was done. */
export const PAGES: readonly { readonly title: Message | null; readonly pages: readonly PageEntry[] }[] = [
  {
    title: null,
    pages: [
      { path: '', title: 'page.overview', icon: 'overview', key: 'o' },
      { path: 'policies', title: 'page.policies', icon: 'policies', key: 'p' },
      { path: 'keys', title: 'page.keys', icon: 'keys', key: 'k' },
      { path: 'blocked', title: 'page.blocked', icon: 'blocked', key: 'b' },
    ],
  },
  {
    title: 'nav.act',
    pages: [
      { path: 'lists', title: 'page.lists', icon: 'lists', key: 'l' },
      { path: 'overrides', title: 'page.overrides', icon: 'overrides', key: 'v' },
      { path: 'simulate', title: 'page.simulate', icon: 'simulate', key: 's' },
    ],
  },
  {
    title: 'nav.look',
    pages: [
      { path: 'audit', title: 'page.audit', icon: 'audit', key: 'a' },
      { path: 'system', title: 'page.system', icon: 'system', key: 'y' },
    ],
  },
];

export const ALL_PAGES = PAGES.flatMap(({ pages }) => pages);
