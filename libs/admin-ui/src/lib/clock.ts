import { serverNow } from '../live/live';
import { createStore, useStore } from './store';

/** One tick a second for all countdowns of the page, by the clock of the server. */
const now = createStore(Date.now());

setInterval(() => {
  if (!document.hidden) now.set(serverNow());
}, 1000);

export const useNow = (): number => useStore(now);
