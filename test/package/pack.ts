import { execSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Packs the library once for all specs of this folder; `npm pack` builds it first. */
export default function pack(): void {
  const folder = mkdtempSync(join(tmpdir(), 'floodgate-package-'));
  execSync(`npm pack --workspace nest-floodgate --pack-destination "${folder}"`, {
    cwd: resolve(__dirname, '../..'),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [tarball] = readdirSync(folder);
  if (tarball === undefined) throw new Error('npm pack made no tarball');
  process.env['FLOODGATE_PACKAGE_FOLDER'] = folder;
  process.env['FLOODGATE_TARBALL'] = join(folder, tarball);
}
