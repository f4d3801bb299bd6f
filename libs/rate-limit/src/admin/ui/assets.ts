import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** A file of the page, in every encoding it is served in. */
export interface Asset {
  readonly type: string;
  readonly bodies: { readonly identity: Buffer; readonly gzip: Buffer | null; readonly br: Buffer | null };
  /** Strong, of the content without encoding. */
  readonly hash: string;
}

export interface Assets {
  readonly html: string;
  /** By their path below the mount path: `assets/index-1a2b3c4d.js`. Whatever is not in here does not exist. */
  readonly files: ReadonlyMap<string, Asset>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Reads the built page into memory, once: requests touch no file. */
export function loadAssets(folder: string): Assets {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = new Map<string, Asset>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type !== undefined) files.set(name.split(sep).join('/'), loadAsset(join(folder, name), type));
  }
  return { html: readFileSync(join(folder, 'index.html'), 'utf8'), files };
}

function loadAsset(path: string, type: string): Asset {
  const identity = readFileSync(path);
  const beside = (suffix: string): Buffer | null => (existsSync(path + suffix) ? readFileSync(path + suffix) : null);
  return { type, bodies: { identity, gzip: beside('.gz'), br: beside('.br') }, hash: hashOf(identity) };
}

export const hashOf = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('base64url').slice(0, 22);
