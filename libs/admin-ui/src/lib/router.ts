import { useSyncExternalStore } from 'react';

/** Where the page is: the path after `#`, in decoded pieces, and what follows its `?`. */
export interface Place {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

let text = '';
let place: Place = { path: [], query: new URLSearchParams() };

function current(): Place {
  if (location.hash !== text) {
    text = location.hash;
    place = parse(text);
  }
  return place;
}

function parse(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split(/\?(.*)/s);
  return { path: path.split('/').filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => {
    removeEventListener('hashchange', listener);
  };
}

export const usePlace = (): Place => useSyncExternalStore(subscribe, current);

/** An address in the page: `hrefOf(['policies', name], { tab: 'keys' })`. */
export function hrefOf(path: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search ? `?${search}` : ''}`;
}

export const go = (path: readonly string[], query: Readonly<Record<string, string>> = {}): void => {
  location.hash = hrefOf(path, query);
};

/** A filter that lives in the address, so that a link shows the same. Typing in it leaves no trail of history. */
export function useParam(name: string, fallback = ''): readonly [string, (value: string) => void] {
  const { query } = usePlace();
  return [
    query.get(name) ?? fallback,
    (value) => {
      setParam(name, value === fallback ? '' : value);
    },
  ];
}

export function setParam(name: string, value: string): void {
  const { path, query } = current();
  const next = new URLSearchParams(query);
  if (value === '') next.delete(name);
  else next.set(name, value);
  history.replaceState(history.state, '', hrefOf(path, Object.fromEntries(next)));
  dispatchEvent(new HashChangeEvent('hashchange'));
}
