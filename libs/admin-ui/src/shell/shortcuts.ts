import { useEffect } from 'react';
import { go } from '../lib/router';
import { togglePause } from '../live/connect';
import { ALL_PAGES } from './pages';

/** How long `g` waits for the letter of a page, in milliseconds. */
const WAIT_MS = 1500;

/** Single keys, while nobody types and no dialog is open. */
export function useShortcuts(onHelp: () => void): void {
  useEffect(() => {
    let goingUntil = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      const page = Date.now() < goingUntil ? ALL_PAGES.find(({ key }) => key === event.key) : undefined;
      goingUntil = event.key === 'g' ? Date.now() + WAIT_MS : 0;
      if (page) go(page.path ? [page.path] : []);
      else if (event.key === '/') focusSearch(event);
      else if (event.key === '?') onHelp();
      else if (event.key === '.') togglePause();
    };
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
    };
  }, []);
}

function focusSearch(event: KeyboardEvent): void {
  event.preventDefault();
  const search = document.getElementById('search');
  if (search?.offsetParent) search.focus();
  else go(['keys']);
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
