import { actions } from './en/actions';
import { look } from './en/look';
import { pages } from './en/pages';
import { shell } from './en/shell';

/** The words of the page. Another language has the same messages; where one is missing, it does not compile. */
export const en = { ...actions, ...look, ...pages, ...shell };

export type Message = keyof typeof en;
export type Catalogue = Readonly<Record<Message, string>>;
