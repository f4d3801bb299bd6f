// Puts the built admin page into the built library, which serves and ships it. `nest build` empties that folder before.
import { cpSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const libs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'libs');
cpSync(join(libs, 'admin-ui', 'dist'), join(libs, 'rate-limit', 'dist', 'admin-ui'), { recursive: true });
