import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** What all files may weigh together, in bytes after gzip. */
const BUDGET = 150_000;

/** Writes `.gz` and `.br` beside every text file that was built, and fails the build when all weigh too much. */
export function compressed(): Plugin {
  let outDir = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    closeBundle() {
      const weights = texts(outDir).map((file) => [file, compress(join(outDir, file))] as const);
      const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [file, weight] of weights) this.info(`${file}  ${kilobytes(weight)}`);
      this.info(`all files  ${kilobytes(total)} of ${kilobytes(BUDGET)}`);
      if (total > BUDGET) {
        throw new Error(`The admin page weighs ${kilobytes(total)} after gzip; it may weigh ${kilobytes(BUDGET)}.`);
      }
    },
  };
}

function texts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => ['.html', '.js', '.css', '.svg'].includes(extname(file)))
    .sort();
}

/** Its size after gzip, in bytes. */
function compress(path: string): number {
  const plain = readFileSync(path);
  const gzip = gzipSync(plain, { level: 9 });
  writeFileSync(`${path}.gz`, gzip);
  writeFileSync(`${path}.br`, brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  return gzip.length;
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB gzip`;
