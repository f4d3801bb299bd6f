import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of this library; `unknown` where it was bundled away from its package. */
export function libraryVersion(): string {
  try {
    const text = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
    const { name, version } = JSON.parse(text) as { readonly name?: string; readonly version?: string };
    return name === 'nest-floodgate' && version !== undefined ? version : 'unknown';
  } catch {
    return 'unknown';
  }
}
