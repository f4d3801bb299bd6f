import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the built page lies: `dist/admin-ui` of the package. Sources that run without a build (tests) find it from
 * `src/admin/ui`, the package from `dist/admin/ui`.
 */
export function assetFolder(from: string = __dirname): string {
  const candidates = candidatesFrom(from);
  const found = candidates.find(hasPage);
  if (found === undefined) {
    throw new Error(
      `The admin page is not built: there is no index.html in ${candidates.join(' nor in ')}. Build it with \`npm run build\`.`,
    );
  }
  return found;
}

export const isPageBuilt = (from: string = __dirname): boolean => candidatesFrom(from).some(hasPage);

const candidatesFrom = (from: string): readonly string[] => [
  join(from, '../../admin-ui'),
  join(from, '../../../dist/admin-ui'),
];

const hasPage = (folder: string): boolean => existsSync(join(folder, 'index.html'));
