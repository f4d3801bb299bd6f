import { rmSync } from 'node:fs';

/** Removes what pack.ts made, with the throw-away applications that the specs put beside it. */
export default function unpack(): void {
  const folder = process.env['FLOODGATE_PACKAGE_FOLDER'];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
