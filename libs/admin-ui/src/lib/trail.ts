/** Where the reader was when a link led away: how far down, and at which link. */
interface Left {
  readonly top: number;
  readonly href: string;
}

const left = new Map<number, Left>();
/** An answer may have to come first before the link is there again. */
const TRIES = 20;
const TRY_MS = 50;

let entries = 0;
let current = 0;

/** Back leads to where one was, at the link that led away; everything else begins at the top. */
export function startTrail(): void {
  history.scrollRestoration = 'manual';
  mark();
  addEventListener('click', remember, true);
  addEventListener('popstate', () => {
    const known = entryOf(history.state);
    if (known === undefined) {
      mark();
      scrollTo(0, 0);
      return;
    }
    current = known;
    restore(known, TRIES);
  });
}

function mark(): void {
  current = ++entries;
  history.replaceState({ entry: current }, '');
}

const entryOf = (state: unknown): number | undefined => (state as { readonly entry?: number } | null)?.entry;

function remember({ target }: MouseEvent): void {
  const href = target instanceof Element ? target.closest('a')?.getAttribute('href') : undefined;
  if (href?.startsWith('#/')) left.set(current, { top: scrollY, href });
}

function restore(entry: number, tries: number): void {
  const place = left.get(entry);
  if (!place || entry !== current) return;
  const link = document.querySelector<HTMLElement>(`main a[href="${CSS.escape(place.href)}"]`);
  if (link) {
    link.focus({ preventScroll: true });
    scrollTo(0, place.top);
  } else if (tries > 0) {
    setTimeout(() => {
      restore(entry, tries - 1);
    }, TRY_MS);
  }
}
