import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the built page lies: `dist/admin-ui` of the package. Sources that run without a build (tests) find it from
 * `src/admin/ui`, the package from `dist/admin/ui`.
 */
export function assetFolder(from: string = __dirname): string {
  const candidates = [join(from, '../../admin-ui'), join(from, '../../../dist/admin-ui')];
  const found = candidates.find((folder) => existsSync(join(folder, 'index.html')));
  if (found === undefined) {
    throw new Error(
      `The admin page is not built: there is no index.html in ${candidates.join(' nor in ')}. Build it with \`npm run build\`.`,
    );
  }
  return found;
}
