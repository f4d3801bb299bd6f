import { actions } from './de/actions';
import { look } from './de/look';
import { pages } from './de/pages';
import { shell } from './de/shell';
import type { Catalogue } from './en';

export const de: Catalogue = { ...actions, ...look, ...pages, ...shell };
