// Draws the charts and writes the tables of the documents from what `npm run --silent bench -- --json` printed: from
// docs/charts/bench.json, or from the file that is named, which then takes its place. Simulates the fleets of
// docs/scaling.md with what Redis took in that run.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENCH, filesOf } from './files.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');

try {
  const [file] = process.argv.slice(2);
  const printed = file === undefined ? read(BENCH) : readFileSync(file, 'utf8');
  // Without --silent, npm prints some lines of its own first.
  const json = JSON.parse(printed.slice(printed.search(/^\{/m)));
  writeFileSync(join(root, BENCH), JSON.stringify(json));
  // Reads those figures when it is loaded.
  const { simulateFleets } = await import('./simulations.mjs');
  const files = filesOf(json, await simulateFleets(), read);
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  console.log(`${Object.keys(files).length} files written`);
} catch (error) {
  console.error(`The figures cannot be drawn: ${error.message}`);
  process.exitCode = 1;
}
