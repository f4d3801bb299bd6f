import { assetFolder, isPageBuilt } from './asset-folder';
import { hashOf, loadAssets, type Asset, type Assets } from './assets';
import { SECURITY_HEADERS } from './security-headers';

/** What of a request decides about the answer. */
export interface PageRequest {
  /** As the browser asked, before any rewriting by this application: only its last segment counts. */
  readonly url: string;
  readonly acceptEncoding?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

export interface PageAnswer {
  readonly status: 200 | 304 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NOTHING = Buffer.alloc(0);
/** Their names change with their content. */
const FOREVER = 'private, max-age=31536000, immutable';

/** The page and its files, from memory, for any framework. */
export class AdminPage {
  constructor(private readonly assets: Assets) {}

  /** Throws when the page is not built. */
  static load(folder = assetFolder()): AdminPage {
    return new AdminPage(loadAssets(folder));
  }

  /** `null` where the page is not built, as in a work tree before its first build. A published package has it. */
  static find(): AdminPage | null {
    return isPageBuilt() ? AdminPage.load() : null;
  }

  /** The page itself, at the mount path with or without a slash at its end. */
  page({ url, ifNoneMatch }: PageRequest): PageAnswer {
    const html = htmlAt(this.assets.html, url);
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' };
    return answer(Buffer.from(html), `"${hashOf(html)}"`, headers, ifNoneMatch);
  }

  /** A file, by its name below `assets/`. */
  file(name: string, { acceptEncoding = '', ifNoneMatch }: PageRequest): PageAnswer {
    const asset = this.assets.files.get(`assets/${name}`);
    if (!asset) return { status: 404, headers: { ...SECURITY_HEADERS, 'Cache-Control': 'no-store' }, body: NOTHING };
    const encoding = encodingFor(asset, acceptEncoding);
    const headers = {
      'Content-Type': asset.type,
      'Cache-Control': FOREVER,
      Vary: 'Accept-Encoding',
      ...(encoding === 'identity' ? {} : { 'Content-Encoding': encoding }),
    };
    const body = asset.bodies[encoding] ?? asset.bodies.identity;
    return answer(body, `"${asset.hash}-${encoding}"`, headers, ifNoneMatch);
  }
}

/**
 * The addresses in the page are relative. Without a slash at the end a browser takes them from the folder above, so that
 * the last segment has to be said: this holds behind every proxy that keeps that segment.
 */
function htmlAt(html: string, url: string): string {
  const segment = /([^/?#]*)(?:[?#]|$)/.exec(url)?.[1] ?? '';
  if (segment === '') return html;
  return html.replaceAll('"./assets/', `"./${safe(segment)}/assets/`);
}

/** A segment of an address as text of an attribute. */
const safe = (segment: string): string =>
  segment.replace(/[^\w.~%!$*()+,;=:@-]/g, (character) => encodeURIComponent(character));

function answer(body: Buffer, etag: string, headers: Record<string, string>, ifNoneMatch = ''): PageAnswer {
  const all = { ...SECURITY_HEADERS, ...headers, ETag: etag };
  const known = ifNoneMatch.split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers: all, body: NOTHING };
  return { status: 200, headers: { ...all, 'Content-Length': String(body.length) }, body };
}

function encodingFor({ bodies }: Asset, accept: string): 'br' | 'gzip' | 'identity' {
  const accepts = (name: string): boolean =>
    accept.split(',').some((each) => {
      const [coding = '', quality] = each
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q=/);
      return coding === name && Number(quality ?? 1) > 0;
    });
  if (bodies.br && accepts('br')) return 'br';
  return bodies.gzip && accepts('gzip') ? 'gzip' : 'identity';
}
